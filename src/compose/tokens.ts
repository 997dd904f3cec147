// Tokens for what writes over HTTP.

import { userInfo } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { NewToken, Token } from '../config/shape/token.ts';
import { type Clock, isoTime } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import type { TokenRecord, TokenScope } from '../operator/token.ts';
import { writing } from '../state/open.ts';
import { foldersOf } from './folders.ts';
import { openRooms, openRoomsToRead } from './rooms.ts';
import { clean, type Done } from './verbs.ts';

export interface NewTokenRequest {
  /** Who will hold it, for the audit trail. */
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface TokenVerbs {
  tokenAdd(config: Config, request: NewTokenRequest): Promise<Done<NewToken>>;
  tokenRevoke(config: Config, idOrName: string): Promise<Done<Token>>;
  tokenList(config: Config): Promise<Done<{ tokens: Token[] }>>;
}

export function tokenVerbs(clock: Clock): TokenVerbs {
  return {
    async tokenAdd(config, request) {
      using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
      const at = clock.now();
      const actor = userInfo().username;
      const added = writing(rooms.database, () => {
        const made = rooms.tokens.add({ ...request, madeAt: at, madeBy: actor });
        const detail = `${made.scopes.join(' ')}, until ${isoTime(made.expiresAt)}`;
        rooms.audit.write({ at, actor, action: 'token add', subject: `${made.name} (${made.id})`, detail });
        return made;
      });
      return clean({ ...tokenOf(added, at), token: added.token });
    },
    async tokenRevoke(config, idOrName) {
      using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
      const at = clock.now();
      const revoked = writing(rooms.database, () => {
        const found = rooms.tokens.revoke(idOrName, at);
        const entry = { at, actor: userInfo().username, action: 'token revoke', detail: '' };
        if (found !== null) rooms.audit.write({ ...entry, subject: `${found.name} (${found.id})` });
        return found;
      });
      if (revoked !== null) return clean(tokenOf(revoked, at));
      throw new CodedError('token-unknown', `No usable token is called ${idOrName}, or several are.`, {
        path: idOrName,
        remedy: 'Look at `assay token list`, and give the id.',
      });
    },
    async tokenList(config) {
      using rooms = openRoomsToRead(foldersOf(config.data));
      return clean({ tokens: rooms.tokens.list().map((each) => tokenOf(each, clock.now())) });
    },
  };
}

function tokenOf(record: TokenRecord, now: number): Token {
  const { id, name, scopes, madeAt, madeBy, expiresAt, revokedAt } = record;
  return {
    id,
    name,
    scopes: [...scopes],
    made_at: isoTime(madeAt),
    made_by: madeBy,
    expires_at: isoTime(expiresAt),
    revoked_at: revokedAt === null ? null : isoTime(revokedAt),
    usable: revokedAt === null && expiresAt > now,
  };
}
