// What stands under a key, compared with what should. An object says its size truly; its ETag and its metadata are claims, and only a body
// that we hashed is proof.

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { md5OfEtag, type ObjectStore, type StoreFault } from '../../host/object-store.ts';
import type { InventoryRow } from '../inventory/row.ts';
import type { Ability } from './ability.ts';
import type { Found } from './owed.ts';

export type Standing =
  | { readonly kind: 'same'; readonly etag: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'other'; readonly found: Found };

/** What is known of the object that should stand there. */
export interface Expected {
  readonly md5: Buffer | null;
  /** That the store told when we put it: the same one is the same object, whatever it is made of. */
  readonly etag: string | null;
}

export async function whatStands(
  key: string,
  row: InventoryRow,
  expected: Expected,
  store: ObjectStore,
  ability: Ability,
  signal: AbortSignal,
): Promise<Standing | StoreFault> {
  const found = await store.head(key, signal);
  if (found.kind === 'absent') return { kind: 'nothing' };
  if (found.kind !== 'found') return found;
  const { etag, size } = found;
  if (size !== row.size) return { kind: 'other', found: { etag, size, sha256: null } };
  const claimed = ability.etagIsMd5 ? md5OfEtag(etag) : null;
  if (etag === expected.etag || (claimed !== null && claimed === expected.md5?.toString('hex')))
    return { kind: 'same', etag };
  const body = await digestOfBody(key, etag, store, signal);
  if (typeof body !== 'string') return body.kind === 'absent' ? { kind: 'nothing' } : body;
  if (body === row.sha256.toString('hex')) return { kind: 'same', etag };
  return { kind: 'other', found: { etag, size, sha256: body } };
}

/** SHA-256 as hex, of the object with this ETag and no other. */
async function digestOfBody(
  key: string,
  etag: string,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<string | StoreFault> {
  const opened = await store.get(key, { etag }, signal);
  if (opened.kind !== 'opened') return opened;
  try {
    return await hashed(opened.body);
  } catch (error) {
    return store.readFault(error, key, signal);
  }
}

async function hashed(body: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
