// The keyring as it lies on disk: a folder of certificates, one or more in a file, armored or not. Read anew for every job, so that what was
// imported counts at once.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, systemCode } from '../host/error.ts';
import type { CertificateFile } from '../mirror/verify/signature.ts';
import { type CertificateReading, readCertificates } from '../mirror/verify/signature.ts';

const MIB = 1024 * 1024;
/** Of one file; the public keys of a large foundation are three. */
export const CERTIFICATE_FILE_CEILING = 16 * MIB;
const MOST_FILES = 50_000;
const KEYSMAP_CEILING = 16 * MIB;

/** Null when there is no such folder. `now` in epoch milliseconds. Throws `keyring-unreadable`. */
export async function readKeyring(
  folder: string,
  now: number,
  signal: AbortSignal,
): Promise<CertificateReading | null> {
  const files = listFiles(folder);
  return files === null ? null : await readCertificates(files, now, signal);
}

function listFiles(folder: string): CertificateFile[] | null {
  try {
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.') && (entry.isFile() || entry.isSymbolicLink()))
      .map(({ name }) => name);
    return names
      .sort()
      .slice(0, MOST_FILES)
      .map((name) => ({ name, bytes: readCapped(join(folder, name)) }));
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return null;
    if (cause instanceof CodedError) throw cause;
    throw new CodedError(
      'keyring-unreadable',
      `Could not read the keyring ${folder} (${systemCode(cause) ?? 'unknown'}).`,
      {
        cause,
        path: folder,
        remedy: 'verify.keyring is a folder of certificates that the user who runs assay can read.',
      },
    );
  }
}

function readCapped(file: string): Buffer {
  const { size } = statSync(file);
  if (size <= CERTIFICATE_FILE_CEILING) return readFileSync(file);
  throw new CodedError(
    'keyring-unreadable',
    `${file} has ${size} bytes, and ${CERTIFICATE_FILE_CEILING} are read at most.`,
    {
      path: file,
      remedy: 'Take what is no certificate out of the keyring.',
    },
  );
}

/** Text of the keysmap; null when there is none. Throws `keysmap-unreadable`. */
export function readKeysmap(file: string): string | null {
  try {
    const { size } = statSync(file);
    if (size > KEYSMAP_CEILING) throw unreadable(file, `it has ${size} bytes`);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return null;
    if (cause instanceof CodedError) throw cause;
    throw unreadable(file, systemCode(cause) ?? 'unknown', cause);
  }
}

/** Throws `signers-unreadable`: a file that the configuration names must be there. */
export function readSigners(file: string): string {
  try {
    const { size } = statSync(file);
    if (size <= KEYSMAP_CEILING) return readFileSync(file, 'utf8');
    throw new Error(`it has ${size} bytes`);
  } catch (cause) {
    throw new CodedError('signers-unreadable', `Could not read ${file} (${systemCode(cause) ?? 'too large'}).`, {
      cause,
      path: file,
      remedy: 'verify.allowed_signers is a text file of at most 16 MiB in the format of ssh-keygen, or null.',
    });
  }
}

function unreadable(file: string, why: string, cause?: unknown): CodedError {
  return new CodedError('keysmap-unreadable', `Could not read the keysmap ${file} (${why}).`, {
    cause,
    path: file,
    remedy: 'verify.keysmap is a text file of at most 16 MiB, readable for the user who runs assay.',
  });
}
