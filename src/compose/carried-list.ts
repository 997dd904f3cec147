// The list of mirrors as it lies here: the primary's own, or the newest one that a mirror got and carries along with its tree.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { systemCode } from '../host/error.ts';
import { type MirrorList, MOST_LIST_BYTES, mirrorListShape } from '../primary/mirror-list.ts';
import { foldersOf } from './folders.ts';

export function carriedListFile(config: Pick<Config, 'data'>): string {
  return join(foldersOf(config.data).published, '.meta', 'assay', 'mirrors.json');
}

/** The list in a file that we wrote when it had been verified; null when there is none that can be read, or none by `pinned`, where a key is pinned. */
export function readList(
  path: string,
  pinned: string | null = null,
): { readonly list: MirrorList; readonly text: string } | null {
  try {
    if (statSync(path).size > MOST_LIST_BYTES) return null;
    const text = readFileSync(path, 'utf8');
    const parsed = mirrorListShape.safeParse(JSON.parse(text));
    if (!parsed.success || (pinned ?? parsed.data.signature.public_key) !== parsed.data.signature.public_key)
      return null;
    return { list: parsed.data, text };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR' || error instanceof SyntaxError) return null;
    throw error;
  }
}
