import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesFileBytes } from './arguments.ts';

/** The files of one piece of work, under names that no other work uses. */
export interface Scratch extends Disposable {
  /** Begins each line that rsync prints for us; unknown to the server. */
  readonly token: string;
  readonly output: string;
  /** Made when asked for. */
  emptyFolder(): string;
  namesFile(paths: readonly string[]): string;
}

export function takeScratch(folder: string): Scratch {
  const id = randomBytes(8).toString('hex');
  const base = join(folder, `rsync-${id}`);
  const names = ['out', 'names', 'empty'].map((ending) => `${base}.${ending}`);
  return {
    token: `@${id}`,
    output: `${base}.out`,
    emptyFolder() {
      mkdirSync(`${base}.empty`, { recursive: true, mode: 0o700 });
      return `${base}.empty`;
    },
    namesFile(paths) {
      writeFileSync(`${base}.names`, namesFileBytes(paths), { mode: 0o600 });
      return `${base}.names`;
    },
    [Symbol.dispose]() {
      for (const path of names) rmSync(path, { recursive: true, force: true });
    },
  };
}
