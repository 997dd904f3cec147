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

/** The list in a file that we wrote when it had been verified; null when there is none, or none that can be read. */
export function readList(path: string): { readonly list: MirrorList; readonly text: string } | null {
  try {
    if (statSync(path).size > MOST_LIST_BYTES) return null;
    const text = readFileSync(path, 'utf8');
    const parsed = mirrorListShape.safeParse(JSON.parse(text));
    return parsed.success ? { list: parsed.data, text } : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR' || error instanceof SyntaxError) return null;
    throw error;
  }
}
