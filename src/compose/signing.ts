// What signatures are judged by, as the configuration names it: keyring, keysmap, and what was known before.

import { createHash } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import { CodedError } from '../host/error.ts';
import type { Logger } from '../host/logger.ts';
import {
  type Keysmap,
  keysetOf,
  parseAllowedSigners,
  parseKeysmap,
  type SignatureRecord,
  type Signing,
} from '../mirror/verify/signature.ts';
import { readKeyring, readKeysmap, readSigners } from './keyring.ts';

/** Raised when judging itself changes, so that what an older version judged is judged again. */
const POLICY_FORMAT = 1;
const MOST_FAULTS_TOLD = 5;

/** Null when `verify.signatures` is off. Throws `keyring-unreadable`, `keysmap-unreadable`, `signers-unreadable`, and under `require` also when keyring or keysmap are not there. */
export async function openSigning(
  config: Config,
  record: SignatureRecord,
  now: number,
  logger: Logger,
  signal: AbortSignal,
): Promise<Signing | null> {
  const { signatures: mode, keyring, keysmap, allowed_signers: signersFile } = config.verify;
  if (mode === 'off') return null;
  const reading = await readKeyring(keyring, now, signal);
  const text = readKeysmap(keysmap);
  if (mode === 'require' && reading === null) throw missing('keyring-unreadable', 'verify.keyring', keyring);
  if (mode === 'require' && text === null) throw missing('keysmap-unreadable', 'verify.keysmap', keysmap);
  const map = text === null ? null : parseKeysmap(text);
  const signers = signersFile === null ? null : parseAllowedSigners(readSigners(signersFile));
  tell(reading?.faults ?? [], map, logger);
  if (signers !== null && signers.faults.length > 0) {
    logger.warn(
      { lines: signers.faults.slice(0, MOST_FAULTS_TOLD) },
      'lines of allowed signers cannot be read and allow nothing',
    );
  }
  const keyset = keysetOf((reading?.certificates ?? []).map(({ certificate }) => certificate));
  const policy = createHash('sha256')
    .update(JSON.stringify([POLICY_FORMAT, map?.version ?? null, signers?.version ?? null]))
    .digest('hex');
  return { mode, judges: { keyset, keysmap: map, signers }, versions: { keyset: keyset.version, policy }, record };
}

/** Without them every file would be refused: that must be meant, and cannot be. */
function missing(code: 'keyring-unreadable' | 'keysmap-unreadable', key: string, path: string): CodedError {
  const sentence = `verify.signatures is require, and ${path} (${key}) is not there.`;
  const remedy = 'Lay it there, or set verify.signatures to observe until it is.';
  return code === 'keyring-unreadable'
    ? new CodedError('keyring-unreadable', sentence, { path, remedy })
    : new CodedError('keysmap-unreadable', sentence, { path, remedy });
}

function tell(
  faults: readonly { readonly file: string; readonly why: string }[],
  map: Keysmap | null,
  logger: Logger,
): void {
  for (const { file, why } of faults.slice(0, MOST_FAULTS_TOLD))
    logger.warn({ file, why }, 'a certificate of the keyring is left out');
  if (map === null || map.faults.length === 0) return;
  const lines = map.faults.slice(0, MOST_FAULTS_TOLD);
  logger.warn({ faults: map.faults.length, lines }, 'lines of the keysmap cannot be read and allow nothing');
}
