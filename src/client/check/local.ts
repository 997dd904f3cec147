// What a build tool has in its local repository, and from where: Maven's resolver writes beside each version a `_remote.repositories` that says for
// every file which repository it came from. Leiningen, tools.deps and Maven write it; nobody signs it.

import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../host/error.ts';

/** `repository` is the ID by which the file came; empty: installed on this machine. */
export interface LocalFile {
  readonly path: string;
  readonly repository: string;
}

const TRACKING = '_remote.repositories';
const TRACKING_CEILING = 4 * 1024 * 1024;
const DEPTH_CEILING = 64;

/**
 * Every file that a `_remote.repositories` names and that is there, by repository path. The copy of a SNAPSHOT's newest build under the name
 * `-SNAPSHOT` is left out: it stands under its own name beside it. Links are not followed. Throws the system's error where the folder cannot be read.
 */
export function* localFiles(folder: string): Generator<LocalFile> {
  yield* filesBelow(folder, '', 0);
}

function* filesBelow(folder: string, path: string, depth: number): Generator<LocalFile> {
  const entries = readdirSync(join(folder, path), { withFileTypes: true });
  const files = new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
  if (files.has(TRACKING)) {
    for (const { name, repository } of readTracking(join(folder, path, TRACKING))) {
      if (files.has(name) && !isCopy(path, name)) yield { path: `${path}/${name}`, repository };
    }
  }
  if (depth === DEPTH_CEILING) return;
  for (const entry of entries) {
    if (entry.isDirectory()) yield* filesBelow(folder, path === '' ? entry.name : `${path}/${entry.name}`, depth + 1);
  }
}

/** `clojure-1.11.1.jar>central=`; a file that came from several repositories has a line for each, and the first is taken. */
export function readTracking(file: string): { readonly name: string; readonly repository: string }[] {
  if (lstatSync(file).size > TRACKING_CEILING) return [];
  const found = new Map<string, string>();
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
    // A properties file: what would end a key there has a backslash before it.
    const [, name, repository] = /^([^#>][^>]*)>((?:[^=\\]|\\.)*)=/.exec(line) ?? [];
    if (name === undefined || repository === undefined || found.has(unescaped(name))) continue;
    found.set(unescaped(name), unescaped(repository));
  }
  return [...found].map(([name, repository]) => ({ name, repository }));
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

function isCopy(path: string, name: string): boolean {
  return path.endsWith('-SNAPSHOT') && name.includes('-SNAPSHOT');
}

/** SHA-256, lower-case hex; null when the file went while we looked. */
export async function digestOf(file: string, signal: AbortSignal): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { signal, highWaterMark: 1024 * 1024 })) hash.update(chunk);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}
