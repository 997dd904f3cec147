import { statfsSync } from 'node:fs';
import { CodedError } from '../../host/error.ts';
import type { PassOptions } from './room.ts';

const MIN_FREE_INODES = 0.05;

/** Refuses a plan that would leave less than `source.min_free_gib` or 5 % of the inodes, before a byte is fetched. Throws `no-headroom`. */
export function assertHeadroom(files: number, bytes: number, options: PassOptions): void {
  const disk = statfsSync(options.folders.data);
  const free = disk.bavail * disk.bsize;
  if (free - bytes < options.minFreeBytes) {
    throw new CodedError(
      'no-headroom',
      `The plan needs ${bytes} bytes; ${free} are free and source.min_free_gib keeps ${options.minFreeBytes}.`,
      {
        path: options.folders.data,
        remedy: 'Make room on that file system, exclude folders, or lower source.min_free_gib.',
      },
    );
  }
  // Some file systems (btrfs, network ones) have no fixed number of inodes and report 0.
  if (disk.files > 0 && (disk.ffree - files) / disk.files < MIN_FREE_INODES) {
    throw new CodedError(
      'no-headroom',
      `The plan needs ${files} inodes; ${disk.ffree} are free and 5 % of ${disk.files} are kept.`,
      {
        path: options.folders.data,
        remedy: 'Make a file system with more inodes, or exclude folders.',
      },
    );
  }
}
