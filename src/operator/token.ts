// Admin tokens: who shows one may do over HTTP what its scopes name. A token is chance and is shown once; kept is what tells it again, a hash, so
// that a copy of the database opens nothing. What it does is written into the audit trail under its name.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type RouteAnswer, type RouteRequest, refusalAnswer } from '../host/route.ts';
import type { StateDatabase } from '../state/open.ts';

/** What may be done with a token. */
export const TOKEN_SCOPES = ['acknowledge', 'takedown', 'enroll', 'statistics', 'evidence'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  /** Milliseconds since 1970, as all of these. */
  readonly madeAt: number;
  readonly madeBy: string;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export interface Tokens {
  /** `token` is what its holder shows; it cannot be had again. */
  add(
    wanted: Pick<TokenRecord, 'name' | 'scopes' | 'madeAt' | 'madeBy' | 'expiresAt'>,
  ): TokenRecord & { token: string };
  /** By its id, or by its name when one alone has that. Null when there is none that could still be used. */
  revoke(idOrName: string, now: number): TokenRecord | null;
  /** The newest first. */
  list(): TokenRecord[];
  find(token: string, now: number): TokenRecord | null;
}

export type Authorization =
  /** `actor` is for the audit trail. */
  { readonly kind: 'authorized'; readonly actor: string } | { readonly kind: 'refused'; readonly answer: RouteAnswer };

const ID_BYTES = 5;
const SECRET_BYTES = 32;
const TOKEN = /^assay_([0-9a-f]{10})_([A-Za-z0-9_-]{43})$/;

/** Whether the bearer of a request may do what `scope` names; otherwise the answer that says why not. */
export function authorize(request: RouteRequest, scope: TokenScope, tokens: Pick<Tokens, 'find'>): Authorization {
  const bearer = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const found = bearer === undefined ? null : tokens.find(bearer, request.now);
  if (found === null) {
    const detail =
      'This takes a token: Authorization: Bearer TOKEN, as `assay token add` made it. It is missing, unknown, expired or revoked.';
    const headers = { 'www-authenticate': 'Bearer realm="assay"' };
    return { kind: 'refused', answer: refusalAnswer(request, { status: 401, type: 'token-needed', detail, headers }) };
  }
  if (!found.scopes.includes(scope)) {
    const detail = `The token ${found.name} may not do this: it lacks the scope ${scope}.`;
    return { kind: 'refused', answer: refusalAnswer(request, { status: 403, type: 'token-scope', detail }) };
  }
  return { kind: 'authorized', actor: `token ${found.name} (${found.id})` };
}

interface TokenRow extends Omit<TokenRecord, 'scopes'> {
  readonly scopes: string;
  readonly hash: Buffer;
}

export function openTokens(database: StateDatabase): Tokens {
  const columns =
    'id, name, hash, scopes, made_at AS madeAt, made_by AS madeBy, expires_at AS expiresAt, revoked_at AS revokedAt';
  const insert = database.prepare(
    `INSERT INTO operator_token (id, name, hash, scopes, made_at, made_by, expires_at)
     VALUES (@id, @name, @hash, @scopes, @madeAt, @madeBy, @expiresAt)`,
  );
  const all = database.prepare<[], TokenRow>(`SELECT ${columns} FROM operator_token ORDER BY made_at DESC, id`);
  const byId = database.prepare<[string], TokenRow>(`SELECT ${columns} FROM operator_token WHERE id = ?`);
  const revoke = database.prepare('UPDATE operator_token SET revoked_at = ? WHERE id = ?');
  const isUsable = (row: TokenRecord, now: number) => row.revokedAt === null && row.expiresAt > now;
  return {
    add(wanted) {
      const id = randomBytes(ID_BYTES).toString('hex');
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      insert.run({ ...wanted, id, hash: hashOf(secret), scopes: wanted.scopes.join(' ') });
      return { ...wanted, id, revokedAt: null, token: `assay_${id}_${secret}` };
    },
    revoke(idOrName, now) {
      const usable = all
        .all()
        .map(recordOf)
        .filter((row) => isUsable(row, now));
      const named = usable.filter((row) => row.name === idOrName);
      const found = usable.find((row) => row.id === idOrName) ?? (named.length === 1 ? named[0] : undefined);
      if (found === undefined) return null;
      revoke.run(now, found.id);
      return { ...found, revokedAt: now };
    },
    list: () => all.all().map(recordOf),
    find(token, now) {
      const [, id = '', secret = ''] = TOKEN.exec(token) ?? [];
      const row = byId.get(id);
      if (row === undefined || !timingSafeEqual(row.hash, hashOf(secret)) || !isUsable(recordOf(row), now)) return null;
      return recordOf(row);
    },
  };
}

/** 32 bytes of chance need no slow hash: nobody tries them out. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function recordOf({ hash: _, scopes, ...rest }: TokenRow): TokenRecord {
  return { ...rest, scopes: scopes.split(' ').filter((scope): scope is TokenScope => isScope(scope)) };
}

function isScope(text: string): text is TokenScope {
  return (TOKEN_SCOPES as readonly string[]).includes(text);
}
