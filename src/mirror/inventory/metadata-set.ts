// A maven-metadata.xml and its sums are answered from one row: whoever reads one state of the database never gets a new file with an old sum.

import { rootOf } from '../../maven/kind.ts';
import type { StateDatabase } from '../../state/open.ts';

/** Sets above this are served from the tree: real metadata is a few kilobytes, the largest of a public repository about 1 MiB. */
export const METADATA_SET_CEILING = 2 * 1024 * 1024;

export interface MetadataMember {
  readonly path: string;
  readonly bytes: Buffer;
}

export interface MetadataSets {
  body(path: string): Buffer | null;
  /** Replaces the whole set of `root`; with no members it is forgotten. Call inside a write transaction. */
  put(root: string, members: readonly MetadataMember[]): void;
}

type Index = Record<string, [start: number, end: number]>;

export function makeMetadataSets(database: StateDatabase): MetadataSets {
  const read = database.prepare<[string], { members: string; body: Buffer }>(
    'SELECT members, body FROM inventory_metadata_set WHERE path = ?',
  );
  const write = database.prepare<[string, string, Buffer]>(
    'INSERT OR REPLACE INTO inventory_metadata_set VALUES (?, ?, ?)',
  );
  const forget = database.prepare<[string]>('DELETE FROM inventory_metadata_set WHERE path = ?');
  return {
    body(path) {
      const row = read.get(rootOf(path));
      if (row === undefined) return null;
      const place = (JSON.parse(row.members) as Index)[path];
      return place === undefined ? null : row.body.subarray(place[0], place[1]);
    },
    put(root, members) {
      const index: Index = {};
      let length = 0;
      for (const member of members) {
        index[member.path] = [length, length + member.bytes.length];
        length += member.bytes.length;
      }
      if (members.length === 0 || length > METADATA_SET_CEILING) forget.run(root);
      else write.run(root, JSON.stringify(index), Buffer.concat(members.map((member) => member.bytes)));
    },
  };
}
