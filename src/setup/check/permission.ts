import { accessSync, constants, statSync } from 'node:fs';
import { systemCode } from '../../host/error.ts';
import { type Check, fault, good, type Symptom, unknown, warning } from './symptom.ts';

const OTHERS_MAY_READ = 0o004;
const OTHERS_MAY_WRITE = 0o002;
const OWNER_MAY_READ = 0o400;
const GROUP_MAY_READ = 0o040;

/** The data directory, as the user that makes this check finds it. */
export function dataCheck(data: string): Check {
  return {
    name: 'data directory',
    look() {
      const stat = statSync(data, { throwIfNoEntry: false });
      if (stat === undefined) return [unknown(`${data} is not there yet: the first pass makes it.`)];
      if ((stat.mode & OTHERS_MAY_WRITE) !== 0)
        return [fault(`Anybody on this machine may write to ${data}.`, `chmod o-w ${data}`)];
      const me = process.getuid?.() ?? -1;
      if (me !== 0 && me !== stat.uid)
        return [
          unknown(
            `${data} belongs to user ${stat.uid}; this is user ${me}.`,
            'Run doctor as the user that runs assay, or as root.',
          ),
        ];
      const why = whyNot(data, constants.R_OK | constants.W_OK | constants.X_OK);
      return [
        why === null
          ? good(`${data} belongs to user ${stat.uid} and can be written.`)
          : fault(`${data} cannot be written (${why}).`, `chown -R USER ${data}`),
      ];
    },
  };
}

/** Files that the configuration names because they are secret. They must be readable for the owner of the data directory, and for no stranger. */
export function secretsCheck(files: readonly string[], data: string): Check {
  return {
    name: 'secrets',
    look() {
      const owner = statSync(data, { throwIfNoEntry: false });
      const bad = files.flatMap((file) => secretSymptoms(file, owner?.uid ?? null, owner?.gid ?? null));
      return bad.length > 0
        ? bad
        : [
            good(
              files.length === 0 ? 'The configuration names none.' : `${files.length} files, each for its owner alone.`,
            ),
          ];
    },
  };
}

function secretSymptoms(file: string, uid: number | null, gid: number | null): Symptom[] {
  try {
    const { mode, uid: owner, gid: group } = statSync(file);
    if ((mode & OTHERS_MAY_READ) !== 0)
      return [warning(`Anybody on this machine may read ${file}.`, `chmod o= ${file}`)];
    if (uid === null || uid === 0) return [];
    const isReadable =
      (owner === uid && (mode & OWNER_MAY_READ) !== 0) || (group === gid && (mode & GROUP_MAY_READ) !== 0);
    if (isReadable) return [];
    return [
      warning(
        `${file} belongs to user ${owner}; user ${uid}, who owns the data directory, cannot read it.`,
        `chown it, or hand it in as a systemd credential (LoadCredential=).`,
      ),
    ];
  } catch (error) {
    const code = systemCode(error) ?? 'unknown';
    if (code === 'EACCES')
      return [
        unknown(`${file} cannot be looked at by this user.`, 'Run doctor as the user that runs assay, or as root.'),
      ];
    return [fault(`${file} cannot be read (${code}).`, 'Make it, or correct its path in the configuration.')];
  }
}

function whyNot(path: string, mode: number): string | null {
  try {
    accessSync(path, mode);
    return null;
  } catch (error) {
    return systemCode(error) ?? 'unknown';
  }
}
