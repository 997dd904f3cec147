import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CodedError } from '../../../host/error.ts';

const CEILING = 4096;

/**
 * The first line of the file, as rsync's own `--password-file` takes it. It goes to rsync by environment only. Throws `password-file-unusable`
 * when the file cannot be read, holds nothing, or every user of the machine may read it.
 */
export function readPassword(path: string): string {
  const { text, mode } = readHead(path);
  if ((mode & 0o007) !== 0) throw unusable(path, 'may be read by every user of this machine', 'chmod 600 it.');
  const password = text.split(/[\r\n]/)[0] ?? '';
  if (password === '' || password.includes('\0')) throw unusable(path, 'holds no password in its first line');
  return password;
}

function readHead(path: string): { readonly text: string; readonly mode: number } {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const bytes = Buffer.alloc(CEILING);
    const length = readSync(file, bytes, 0, CEILING, 0);
    return { text: bytes.toString('utf8', 0, length), mode: fstatSync(file).mode };
  } catch (cause) {
    throw unusable(path, 'cannot be read', undefined, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function unusable(path: string, what: string, remedy?: string, cause?: unknown): CodedError {
  return new CodedError('password-file-unusable', `The password file ${path} ${what}.`, {
    path,
    remedy: remedy ?? 'Put the password alone into the first line, readable for the user that runs assay.',
    ...(cause === undefined ? {} : { cause }),
  });
}
