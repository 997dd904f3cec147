import { readFileSync } from 'node:fs';
import { CodedError, systemCode } from '../host/error.ts';

/** The text of a file that a person named. Throws `file-unreadable`. */
export function readNamed(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, `could not be read (${systemCode(cause) ?? 'unknown'})`, cause);
  }
}

export function unreadable(path: string, what: string, cause?: unknown): CodedError {
  return new CodedError('file-unreadable', `${path} ${what}.`, {
    cause,
    path,
    remedy: 'Name one that is there, and that you may read.',
  });
}
