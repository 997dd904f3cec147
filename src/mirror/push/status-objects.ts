// What tells how fresh a copy is, `.meta/assay/`: read before everything else and put after everything else, so that it never promises more
// than the target has.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../host/error.ts';
import { PROBE_KEY } from './probe.ts';
import type { Bench } from './room.ts';
import type { Failure } from './tally.ts';

const FOLDER = '.meta/assay';
/** As long as the passes are apart at the least; a CDN need not be told. */
const CACHING = 'public, max-age=60';
const CEILING_BYTES = 1024 * 1024;

export interface StatusObject {
  readonly path: string;
  readonly bytes: Buffer;
}

/** As the last pass left it; empty before the first. */
export function readStatusObjects(published: string): StatusObject[] {
  return namesIn(join(published, FOLDER))
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => ({ path: `${FOLDER}/${name}`, bytes: readFileSync(join(published, FOLDER, name)) }))
    .filter(({ bytes }) => bytes.length <= CEILING_BYTES);
}

export async function putStatusObjects(
  objects: readonly StatusObject[],
  { room, options }: Bench,
  signal: AbortSignal,
): Promise<Failure | null> {
  for (const { path, bytes } of objects) {
    const contentType = path.endsWith('.json') ? 'application/json' : 'text/plain';
    const request = { contentType, cacheControl: CACHING, metadata: {} };
    const answer = await room.store.put(options.prefix + path, bytes, request, signal);
    if (answer.kind !== 'put') return { path, sentence: answer.sentence, remedy: answer.remedy };
  }
  room.onStep('status-put');
  return null;
}

/** Objects of ours that no inventory names. */
export function isOurOwn(path: string): boolean {
  return path === PROBE_KEY || path.startsWith(`${FOLDER}/`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
