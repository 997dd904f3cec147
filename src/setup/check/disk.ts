import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Check, fault, good, warning } from './symptom.ts';

const GIB = 2 ** 30;
/** The share of inodes that a pass leaves free, too. */
const INODE_SHARE = 0.05;

/** Room in the data directory, in bytes and in inodes, beside what a pass must leave (`minFreeBytes`). */
export function diskCheck(data: string, minFreeBytes: number): Check {
  return {
    name: 'disk',
    look() {
      const { bavail, bsize, blocks, files, ffree } = statfsSync(nearest(data));
      const free = bavail * bsize;
      const words = `${(free / GIB).toFixed(1)} GiB of ${((blocks * bsize) / GIB).toFixed(1)} GiB are free in ${data}`;
      // Some file systems (btrfs) have no number of inodes.
      const inodes = files === 0 ? 1 : ffree / files;
      const share = `${Math.round(inodes * 100)} % of its inodes`;
      if (free < minFreeBytes || inodes < INODE_SHARE)
        return [
          fault(
            `${words}, and ${share}: passes are refused before they fetch.`,
            'Make room, exclude folders, or lower source.min_free_gib.',
          ),
        ];
      if (free < 2 * minFreeBytes || inodes < 2 * INODE_SHARE)
        return [
          warning(
            `${words}, and ${share}: little is left before passes are refused.`,
            'Make room while nothing has happened yet.',
          ),
        ];
      return [good(`${words}, and ${share}.`)];
    },
  };
}

/** A folder that is still to be made will lie where its parent lies. */
function nearest(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : nearest(dirname(folder));
}
