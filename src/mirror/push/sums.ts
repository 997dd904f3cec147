import type { PutRequest } from '../../host/object-store.ts';
import type { InventoryRow } from '../inventory/row.ts';
import type { Bench } from './room.ts';

/** Which sums go with the bytes. MD5 unless SHA-256 alone is wanted: it is the one that every store compares. */
export function sumsFor(
  row: Pick<InventoryRow, 'sha256'>,
  md5: Buffer,
  { options, ability }: Pick<Bench, 'options' | 'ability'>,
): Pick<PutRequest, 'md5' | 'sha256'> {
  return {
    ...(options.checksums === 'sha256' ? {} : { md5 }),
    ...(sendsSha256({ options, ability }) ? { sha256: row.sha256 } : {}),
  };
}

export function sendsSha256({ options, ability }: Pick<Bench, 'options' | 'ability'>): boolean {
  return options.checksums === 'sha256' || (options.checksums === 'auto' && ability.sha256 === 'honoured');
}
