// `assay keys trust`: one line more in the keysmap, by the hand of an operator, audited.

import { userInfo } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { KeyTrust } from '../config/shape/keys.ts';
import { writeDurably } from '../host/durable.ts';
import { CodedError, systemCode } from '../host/error.ts';
import { parseKeysmap } from '../mirror/verify/signature.ts';
import { foldersOf } from './folders.ts';
import { readKeyring, readKeysmap } from './keyring.ts';
import type { PassHost } from './pass-job.ts';
import { openRooms } from './rooms.ts';
import { clean, type Done } from './verbs.ts';

export interface TrustRequest {
  /** A whole fingerprint, 40 or 64 hexadecimal digits. */
  readonly key: string;
  /** The left side of a line of the keysmap. */
  readonly coordinates: string;
  readonly reason: string;
}

/** Counts from the next pass on. Throws `key-wrong`, `coordinates-wrong` and `keysmap-unwritable`. */
export async function trustKey(
  config: Config,
  request: TrustRequest,
  host: PassHost,
  signal: AbortSignal,
): Promise<Done<KeyTrust>> {
  const file = config.verify.keysmap;
  const line = lineOf(request);
  const before = readKeysmap(file) ?? '';
  const reading = await readKeyring(config.verify.keyring, host.clock.now(), signal);
  const fingerprint = fingerprintOf(request.key);
  const known = (reading?.certificates ?? []).some(({ certificate }) =>
    certificate.keys.some((key) => key.fingerprint === fingerprint),
  );
  if (before.split(/\r?\n/).some((each) => each.split('#', 1)[0]?.trim() === line))
    return clean({ line, added: false, known });
  const actor = userInfo().username;
  const head = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  write(file, `${head}${line}\n`);
  using rooms = openRooms(foldersOf(config.data), Number.POSITIVE_INFINITY);
  rooms.audit.write({ at: host.clock.now(), actor, action: 'keys trust', subject: line, detail: request.reason });
  return clean({ line, added: true, known });
}

function lineOf({ key, coordinates }: TrustRequest): string {
  const line = `${coordinates.trim()} = 0x${fingerprintOf(key)}`;
  const { lines, faults } = parseKeysmap(line);
  if (lines === 1 && faults.length === 0 && !/[#=\\\r\n]/.test(coordinates)) return line;
  throw new CodedError(
    'coordinates-wrong',
    `Cannot read ${JSON.stringify(coordinates)} as the left side of a line of the keysmap.`,
    {
      path: coordinates,
      remedy: 'Expected GROUP[:ARTIFACT[:VERSION]]; stars stand for any text, a version may be a range.',
    },
  );
}

function fingerprintOf(key: string): string {
  const digits = key.replace(/^0x/i, '').replace(/\s/g, '').toUpperCase();
  if (/^([0-9A-F]{40}|[0-9A-F]{64})$/.test(digits)) return digits;
  throw new CodedError('key-wrong', `${JSON.stringify(key)} is no fingerprint.`, {
    path: key,
    remedy: 'It takes all 40 or 64 hexadecimal digits: shorter names of keys can be forged.',
  });
}

function write(file: string, text: string): void {
  try {
    writeDurably(file, text);
  } catch (cause) {
    throw new CodedError('keysmap-unwritable', `Could not write ${file} (${systemCode(cause) ?? 'unknown'}).`, {
      cause,
      path: file,
      remedy: 'Run it as a user who may write there, or add the line by hand.',
    });
  }
}
