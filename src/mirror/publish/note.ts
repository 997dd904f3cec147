// The note beside refused bytes, for whoever looks with plain tools, and for a database that is made again.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../host/error.ts';
import type { Quarantined } from './quarantine.ts';

export interface FoundNote extends Quarantined {
  /** The folder it was found in. */
  readonly home: string;
}

const NOTE_CEILING = 64 * 1024;

/** Every note in the quarantine folder that can be read; what is no note of ours is passed over. */
export function notesIn(folder: string): FoundNote[] {
  return namesIn(folder).flatMap((name) => {
    const home = join(folder, name);
    const note = readNote(join(home, 'note.json'));
    if (note === null) return [];
    const file = statSync(join(home, 'file'), { throwIfNoEntry: false });
    return [
      { ...note, home, originMtime: Math.floor((file?.mtimeMs ?? 0) / 1000) * 1000, hasBytes: file !== undefined },
    ];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function readNote(file: string): Omit<Quarantined, 'originMtime' | 'hasBytes'> | null {
  try {
    if (statSync(file).size > NOTE_CEILING) return null;
    const note = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const { path, verdict, why, size, sha256, expected, source, at } = note;
    const isOurs =
      [path, verdict, why, sha256, source, at].every((value) => typeof value === 'string') && typeof size === 'number';
    if (!isOurs) return null;
    const kept = { path, verdict, why, size, sha256, source } as Pick<
      Quarantined,
      'path' | 'verdict' | 'why' | 'size' | 'sha256' | 'source'
    >;
    return { ...kept, expected: typeof expected === 'string' ? expected : null, at: Date.parse(String(at)) || 0 };
  } catch {
    // Half written, or put there by somebody else: it tells us nothing.
    return null;
  }
}
