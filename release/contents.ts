// What is in a release, and under which names.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Origin, trackedFiles } from './origin.ts';
import { packageFiles, RUNTIME } from './packages.ts';
import { sha256OfBytes, sumLine } from './sums.ts';

export interface Entry {
  /** Below the archive's one folder. */
  readonly path: string;
  readonly isProgram: boolean;
  read(): Buffer;
}

const FOLDERS = ['src', 'systemd', 'ansible', 'package.json', 'README.md', 'LICENSE'];

/** In the order of their paths, the sums of all others last. */
export function contentsOf(project: string, origin: Origin): Entry[] {
  const ofProject = (path: string): Entry => fromFile(path, join(project, path));
  const entries = [
    ...trackedFiles(project, FOLDERS).map(ofProject),
    ...packageFiles(project).map(ofProject),
    fromFile('runtime/node', join(project, RUNTIME, 'bin/node')),
    fromFile('runtime/LICENSE', join(project, RUNTIME, 'LICENSE')),
    fromText('bin/assay', readFileSync(join(import.meta.dirname, 'launcher.sh'), 'utf8'), true),
    fromText('release.json', `${JSON.stringify(described(origin), null, 2)}\n`, false),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  const sums = entries.map((entry) => sumLine(sha256OfBytes(entry.read()), entry.path)).join('');
  return [...entries, fromText('SHA256SUMS', sums, false)];
}

/** What `assay --version` and `/-/status.json` read (compose/version). */
function described({ version, commit, builtAt }: Origin): Record<string, unknown> {
  return { version, commit, built_at: new Date(builtAt * 1000).toISOString() };
}

function fromFile(path: string, file: string): Entry {
  return { path, isProgram: (statSync(file).mode & 0o100) !== 0, read: () => readFileSync(file) };
}

function fromText(path: string, text: string, isProgram: boolean): Entry {
  return { path, isProgram, read: () => Buffer.from(text) };
}
