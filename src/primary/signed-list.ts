// The list of mirrors as a document: signed, so that it is the same list wherever it comes from.

import { z } from 'zod';
import { type InstallationKey, keyIdOf, verifyBytes } from '../operator/key.ts';
import { canonicalJson } from './canonical.ts';

const count = z.int().min(0);
const instant = z.iso.datetime({ precision: 3 });
const text = (most: number) => z.string().max(most);
const version = text(64).nullable();

export const listedMirrorShape = z.strictObject({
  name: text(253),
  url: z.url({ protocol: /^https?$/ }).max(2048),
  country: text(2).nullable(),
  operated_by: text(64).describe('`staff`, `community`.'),
  contact: text(320).nullable(),
  bandwidth_mbit: count.nullable().describe('As its operator told; null: not told.'),
  healthy: z.boolean().describe('Reachable, current, and nothing critical stands against it.'),
  lag_seconds: count
    .nullable()
    .describe('Behind the newest state that any mirror has; 0 while the origin is down; null: not known.'),
  last_success_at: instant.nullable().describe('When its last good pass began, by its own word.'),
  reported_at: instant.nullable().describe('When its last report came; null: it does not report.'),
  checked_at: instant.nullable().describe('When it was last looked at from outside; null: never.'),
  verdicts: z.record(text(64), count).describe('What stands against it by the last look: verdict to number of paths.'),
  since: instant.nullable().describe('Since when it is as `healthy` says.'),
  outdated: z.array(text(64)).describe('What it runs below the minimum versions, `assay 0.1.0`.'),
});

export const mirrorListShape = z.strictObject({
  assay_mirrors: z.literal(1).describe('Version of this shape.'),
  primary: text(253).describe('The installation that keeps the list.'),
  sequence: z.int().min(1).describe('Rises with every change: a list with a lower one is older.'),
  made_at: instant,
  expires_at: instant.describe('A list that is older than this is carried on for want of a newer one.'),
  minimum: z
    .strictObject({ assay: version, node: version, openssl: version })
    .describe('What a mirror should run at least; null: anything.'),
  origin: z.strictObject({
    state: z.enum(['up', 'down', 'unknown']).describe('`down`: most of those who looked lately did not reach it.'),
    since: instant.nullable(),
    seen_by: count.describe('How many see it so.'),
    of: count.describe('How many looked lately.'),
  }),
  mirrors: z.array(listedMirrorShape).max(10_000).describe('Healthy ones first.'),
  signature: z
    .strictObject({ algorithm: z.literal('ed25519'), key_id: text(64), public_key: text(64), value: text(128) })
    .describe('Over the document without this member, as RFC 8785 writes it.'),
});

export type MirrorList = z.infer<typeof mirrorListShape>;
export type ListedMirror = z.infer<typeof listedMirrorShape>;
export type UnsignedList = Omit<MirrorList, 'signature'>;

export type ListVerdict =
  | { readonly kind: 'good'; readonly list: MirrorList; readonly isExpired: boolean }
  | { readonly kind: 'bad'; readonly why: string };

export const MOST_LIST_BYTES = 4 * 1024 * 1024;

export function signList(list: UnsignedList, key: InstallationKey): MirrorList {
  const value = key.sign(Buffer.from(canonicalJson(list), 'utf8')).toString('base64');
  return { ...list, signature: { algorithm: 'ed25519', key_id: key.id, public_key: key.publicKey, value } };
}

/**
 * Reads a list and proves it by `pinned`, the primary's public key. Without one the key that it names itself proves that nobody changed it on its way,
 * and not whose it is: `pinned` should be that key from then on. `newest` is the highest sequence that was seen: going back is refused.
 */
export function verifyList(
  bytes: Buffer,
  { pinned, newest, now }: { readonly pinned: string | null; readonly newest: number; readonly now: number },
): ListVerdict {
  if (bytes.length > MOST_LIST_BYTES) return bad(`it has more than ${MOST_LIST_BYTES} bytes`);
  const parsed = mirrorListShape.safeParse(readJson(bytes));
  if (!parsed.success) return bad(`it is no list of mirrors: ${parsed.error.issues[0]?.path.join('.') || 'no JSON'}`);
  const list = parsed.data;
  const { signature, ...unsigned } = list;
  if (pinned !== null && signature.public_key !== pinned) {
    return bad(`it is signed with the key ${signature.key_id}, not with ${keyIdOf(pinned)}, which is pinned`);
  }
  const value = Buffer.from(signature.value, 'base64');
  if (!verifyBytes(signature.public_key, Buffer.from(canonicalJson(unsigned), 'utf8'), value))
    return bad('its signature does not verify');
  if (list.sequence < newest)
    return bad(`it is older than one that was here already (${list.sequence} after ${newest})`);
  return { kind: 'good', list, isExpired: Date.parse(list.expires_at) <= now };
}

function bad(why: string): ListVerdict {
  return { kind: 'bad', why };
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
