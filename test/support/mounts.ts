// File systems of a test's own. For root with the right to mount: `needs(t, 'tmpfs')`.

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { TestContext } from 'node:test';

export interface Mounts {
  /** Mounts an empty file system of `bytes` at `folder`. */
  small(folder: string, bytes: number): void;
  /** Makes what lies at `folder` unwritable for everybody, root too. */
  readOnly(folder: string): void;
}

/** What is mounted goes when the test has ended. Call it before anything else: the folder that holds the mounts is removed after them. */
export function mountsOf(t: Pick<TestContext, 'after'>): Mounts {
  const mounted: string[] = [];
  t.after(() => {
    for (const folder of mounted) run('umount', '--lazy', folder);
  });
  return {
    small(folder, bytes) {
      mkdirSync(folder, { recursive: true });
      run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder);
      mounted.push(folder);
    },
    readOnly(folder) {
      run('mount', '--bind', folder, folder);
      mounted.push(folder);
      run('mount', '-o', 'remount,ro,bind', folder);
    },
  };
}

function run(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
