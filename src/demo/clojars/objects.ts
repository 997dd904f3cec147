// A folder seen as the objects of a bucket: keys in the order of their bytes, sizes, times, and the MD5 that a single upload has for an ETag.

import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SECOND } from '../../host/clock.ts';

export interface TwinObject {
  readonly key: string;
  readonly size: number;
  /** Epoch milliseconds, whole seconds. */
  readonly mtime: number;
  readonly md5: string;
}

export interface TwinObjects {
  list(): readonly TwinObject[];
  find(key: string): TwinObject | null;
  read(key: string): Buffer;
}

export function objectsIn(folder: string): TwinObjects {
  const sums = new Map<string, { readonly of: string; readonly md5: string }>();
  const describe = (key: string): TwinObject => {
    const stat = statSync(join(folder, key));
    const mtime = Math.floor(stat.mtimeMs / SECOND) * SECOND;
    const of = `${stat.size} ${stat.mtimeMs} ${stat.ino}`;
    const known = sums.get(key);
    const md5 = known?.of === of ? known.md5 : hash('md5', readFileSync(join(folder, key)));
    sums.set(key, { of, md5 });
    return { key, size: stat.size, mtime, md5 };
  };
  return {
    list: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .map(describe),
    find: (key) => (isFile(folder, key) ? describe(key) : null),
    read: (key) => readFileSync(join(folder, key)),
  };
}

/** Only what is plainly below the folder. */
function isFile(folder: string, key: string): boolean {
  if (key === '' || key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..'))
    return false;
  return statSync(join(folder, key), { throwIfNoEntry: false })?.isFile() ?? false;
}
