import type { ListingSink } from '../contract.ts';
import { md5OfTag } from '../entity-tag.ts';
import { oddName } from '../listed-name.ts';
import type { MultisetPrint } from '../multiset-print.ts';
import type { BucketObject } from './joined-pages.ts';

export interface ObjectPlace {
  /** What stands before every key. */
  readonly prefix: string;
  readonly excludedPrefixes: readonly string[];
}

/** Tells an object of a bucket as the file that it is, or as odd; `print` takes it up either way. */
export function tellObject(
  { key, size, modifiedAt, etag }: BucketObject,
  { prefix, excludedPrefixes }: ObjectPlace,
  sink: ListingSink,
  print: MultisetPrint | null,
): void {
  const path = key.slice(prefix.length);
  // What consoles make to look like a folder.
  if (path === '' || path.endsWith('/')) return;
  if (excludedPrefixes.some((excluded) => path.startsWith(`${excluded}/`))) return;
  print?.add(`${key}\n${size} ${modifiedAt} ${etag}`);
  const odd = oddName(path);
  if (odd !== null) {
    sink.odd(odd);
    return;
  }
  const md5 = md5OfTag(etag);
  const listed = { path, size, mtime: Math.floor(modifiedAt / 1000) * 1000 };
  sink.file(md5 === null ? listed : { ...listed, md5 });
}
