import { existsSync, statfsSync, statSync } from 'node:fs';
import { type Check, fault, good, type Symptom, unknown, warning } from './symptom.ts';

/** By the magic numbers of statfs(2). */
const KINDS: Readonly<Record<number, { readonly name: string; readonly why: string | null }>> = {
  26985: { name: 'NFS', why: 'locks of the database do not hold there' },
  4283649346: { name: 'CIFS', why: 'locks of the database do not hold there' },
  4266872130: { name: 'SMB', why: 'locks of the database do not hold there' },
  1702057286: { name: 'FUSE', why: 'what is synced there may not be on a disk' },
  16914836: { name: 'tmpfs', why: 'it is gone at the next start of the machine' },
  2035054128: { name: 'an overlay', why: 'it goes with its container' },
  61267: { name: 'ext4', why: null },
  1481003842: { name: 'XFS', why: null },
  2435016766: { name: 'btrfs', why: null },
  801189825: { name: 'ZFS', why: null },
};

/** Files are published by renaming them: all folders on one file system, and one whose promises are kept. */
export function fileSystemCheck(data: string, folders: readonly string[]): Check {
  return {
    name: 'file system',
    look() {
      const here = folders.filter((folder) => existsSync(folder));
      if (here.length === 0) return [unknown(`Nothing lies in ${data} yet.`)];
      if (new Set(here.map((folder) => statSync(folder).dev)).size > 1)
        return [
          fault(
            `${here.join(', ')} are not on one file system.`,
            'Files are published by renaming them: put the folders on one.',
          ),
        ];
      return [kindOf(data)];
    },
  };
}

function kindOf(data: string): Symptom {
  const { type } = statfsSync(data);
  const kind = KINDS[type];
  if (kind === undefined)
    return unknown(`${data} lies on a file system that is not known here (0x${type.toString(16)}).`);
  if (kind.why === null) return good(`All folders lie on one file system, ${kind.name}.`);
  return warning(`${data} lies on ${kind.name}: ${kind.why}.`, 'Put the data directory on a disk of this machine.');
}
