// Access keys from a file, in the form that AWS tools share. They go to the signer and nowhere else.

import { readFile } from 'node:fs/promises';
import { type Clock, MINUTE } from '../clock.ts';
import { CodedError } from '../error.ts';

export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When the file is read again: a key that was rotated is taken up without a restart. */
  readonly expiration: Date;
}

/** The signer asks again five minutes before the end. */
const KEPT_MS = 10 * MINUTE;
const CEILING_BYTES = 64 * 1024;

/** Throws `store-credentials`, naming the file and never what stands in it. */
export async function readAccessKeys(path: string, clock: Pick<Clock, 'now'>): Promise<AccessKeys> {
  const keys = parseAccessKeys(await read(path));
  if (keys === null) {
    throw unusable(
      path,
      'holds no access keys',
      'Lines `aws_access_key_id = …` and `aws_secret_access_key = …`, below `[default]` or alone.',
    );
  }
  return { ...keys, expiration: new Date(clock.now() + KEPT_MS) };
}

/** Of the profile `default`, else of the first one, else of lines without a profile. Null when either key is missing. */
export function parseAccessKeys(text: string): Omit<AccessKeys, 'expiration'> | null {
  const profiles = new Map<string, Map<string, string>>();
  let profile = new Map<string, string>();
  profiles.set('', profile);
  for (const line of text.split(/\r?\n/)) {
    const name = /^\s*\[([^\]]*)\]\s*$/.exec(line)?.[1]?.trim();
    const pair = /^\s*([a-z_]+)\s*=\s*(\S+)\s*$/i.exec(line);
    if (name !== undefined) {
      profile = new Map();
      profiles.set(name, profile);
    }
    if (pair?.[1] !== undefined && pair[2] !== undefined) profile.set(pair[1].toLowerCase(), pair[2]);
  }
  const chosen = profiles.get('default') ?? [...profiles.values()].find((each) => each.size > 0);
  const accessKeyId = chosen?.get('aws_access_key_id');
  const secretAccessKey = chosen?.get('aws_secret_access_key');
  const sessionToken = chosen?.get('aws_session_token');
  if (accessKeyId === undefined || secretAccessKey === undefined) return null;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

async function read(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= CEILING_BYTES) return bytes.toString('utf8');
  } catch (cause) {
    throw unusable(
      path,
      'cannot be read',
      'It must exist and be readable for the user that runs assay, and for nobody else.',
      cause,
    );
  }
  throw unusable(path, 'is too long for a file of keys', 'Point `credentials_file` to the file with the access keys.');
}

function unusable(path: string, what: string, remedy: string, cause?: unknown): CodedError {
  const sentence = `The credentials file ${path} ${what}.`;
  return new CodedError('store-credentials', sentence, { path, remedy, ...(cause === undefined ? {} : { cause }) });
}
