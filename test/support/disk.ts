// A disk that can lose its power: a file with a journaled file system, mounted through a loop device. For root, with xfsprogs and e2fsprogs.

import { spawnSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Disk extends Disposable {
  /** Where it is mounted. */
  readonly folder: string;
  /** Everything written so far is on it. */
  sync(): void;
  /** From now on nothing reaches it any more, as if its plug were pulled; what was only in memory is lost. */
  cut(): void;
  /** Mounts it again: the file system replays its journal. Nobody may hold a file of it open. */
  restore(): void;
}

const SIZE = 512 * 2 ** 20;

/** Makes and mounts a disk below `home`; unmounted when it is disposed of. */
export function makeDisk(home: string): Disk {
  mkdirSync(home, { recursive: true });
  const image = join(home, 'disk.img');
  const folder = join(home, 'disk');
  mkdirSync(folder);
  writeFileSync(image, '');
  truncateSync(image, SIZE);
  run('mkfs.ext4', '-q', '-F', image);
  const mount = () => run('mount', '-o', 'loop', image, folder);
  mount();
  return {
    folder,
    sync: () => run('sync', '-f', folder),
    cut: () => run('xfs_io', '-x', '-c', 'shutdown', folder),
    restore: () => {
      run('umount', folder);
      mount();
    },
    [Symbol.dispose]: () => run('umount', folder),
  };
}

function run(command: string, ...args: string[]): void {
  // These lie in sbin, which a user's PATH leaves out.
  const env = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', env, timeout: 60_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
