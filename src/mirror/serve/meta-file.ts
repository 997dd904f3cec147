// What travels with the tree and is ours: trace, epoch, status. Plain files written by publish, the only ones served without an inventory row.

import { createHash } from 'node:crypto';
import type { Answer } from './answer.ts';
import type { DamageReport } from './damage-report.ts';
import { type Asked, fromMemory, settle } from './delivery.ts';
import { problemAnswer } from './problem.ts';
import { closePublished, openPublished, readBytes } from './published-file.ts';
import { represent } from './representation.ts';

const FOLDER = '.meta/assay/';
// No leading dot: `..` climbs, and `.NAME.tmp` is a file that is being written.
const NAME = /^[a-z0-9][a-z0-9._-]{0,254}$/;
const CEILING_BYTES = 4 * 1024 * 1024;
const CACHING = 'public, max-age=60, no-transform';

/** The NAME of `.meta/assay/NAME`, or null for any other path. */
export function metaFileName(path: string): string | null {
  if (!path.startsWith(FOLDER)) return null;
  const name = path.slice(FOLDER.length);
  return NAME.test(name) ? name : null;
}

/** Null when there is no such file. */
export async function answerMetaFile(
  asked: Asked,
  name: string,
  rooms: { readonly published: string; readonly damageReport: DamageReport },
): Promise<Answer | null> {
  const opened = await openPublished(`${rooms.published}/${FOLDER}${name}`, null);
  if (opened.kind === 'damaged') {
    if (opened.damage === 'ENOENT') return null;
    return unreadable(asked, name, opened.damage, rooms.damageReport);
  }
  try {
    if (opened.size > CEILING_BYTES) return unreadable(asked, name, `${opened.size} bytes`, rooms.damageReport);
    const bytes = await readBytes(opened.file, 0, opened.size);
    return answerBytes(asked, name, bytes, opened.mtime);
  } finally {
    closePublished(opened.file);
  }
}

function answerBytes(asked: Asked, name: string, bytes: Buffer, mtime: number): Answer {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const contentHeaders = {
    'content-type': name.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
  };
  const settled = settle(asked, represent(sha256, mtime, bytes.length, CACHING, contentHeaders, asked.now));
  return settled.kind === 'answer' ? settled.answer : fromMemory(asked, settled, bytes);
}

function unreadable(asked: Asked, name: string, damage: string, report: DamageReport): Answer {
  report(`${FOLDER}${name}`, damage);
  return problemAnswer(asked.method, {
    status: 500,
    type: 'damaged',
    title: 'Damaged here',
    detail: 'This mirror cannot read the file. Its operator has been told.',
    instance: asked.shown,
  });
}
