// What signatures are judged by, as the configuration names it: keyring, keysmap, and what was known before.

import { createHash } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import { CodedError } from '../host/error.ts';
import type { Logger } from '../host/logger.ts';
import {
  type AllowedSigners,
  type CertificateReading,
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

/** What the configuration names, as it lies there; null is what is not there, or not configured. */
export interface Trust {
  readonly keyring: CertificateReading | null;
  readonly keysmap: Keysmap | null;
  readonly signers: AllowedSigners | null;
}

/** Throws `keyring-unreadable`, `keysmap-unreadable` and `signers-unreadable`. */
export async function readTrust(config: Config, now: number, signal: AbortSignal): Promise<Trust> {
  const { keyring, keysmap, allowed_signers: signers } = config.verify;
  const text = readKeysmap(keysmap);
  return {
    keyring: await readKeyring(keyring, now, signal),
    keysmap: text === null ? null : parseKeysmap(text),
    signers: signers === null ? null : parseAllowedSigners(readSigners(signers)),
  };
}

/** Null when `verify.signatures` is off. Throws what `readTrust` throws, and under `require` also when keyring or keysmap are not there. */
export async function openSigning(
  config: Config,
  record: SignatureRecord,
  now: number,
  logger: Logger,
  signal: AbortSignal,
): Promise<Signing | null> {
  const { signatures: mode, keyring: folder, keysmap: file } = config.verify;
  if (mode === 'off') return null;
  const trust = await readTrust(config, now, signal);
  if (mode === 'require' && trust.keyring === null) throw missing('keyring-unreadable', 'verify.keyring', folder);
  if (mode === 'require' && trust.keysmap === null) throw missing('keysmap-unreadable', 'verify.keysmap', file);
  tell(trust, logger);
  const { keysmap, signers } = trust;
  const keyset = keysetOf((trust.keyring?.certificates ?? []).map(({ certificate }) => certificate));
  const judgedBy = [POLICY_FORMAT, keysmap?.version ?? null, signers?.version ?? null];
  const policy = createHash('sha256').update(JSON.stringify(judgedBy)).digest('hex');
  return { mode, judges: { keyset, keysmap, signers }, versions: { keyset: keyset.version, policy }, record };
}

/** Without them every file would be refused: that must be meant, and cannot be. */
function missing(code: 'keyring-unreadable' | 'keysmap-unreadable', key: string, path: string): CodedError {
  const sentence = `verify.signatures is require, and ${path} (${key}) is not there.`;
  const remedy = 'Lay it there, or set verify.signatures to observe until it is.';
  return code === 'keyring-unreadable'
    ? new CodedError('keyring-unreadable', sentence, { path, remedy })
    : new CodedError('keysmap-unreadable', sentence, { path, remedy });
}

function tell({ keyring, keysmap, signers }: Trust, logger: Logger): void {
  for (const { file, why } of keyring?.faults.slice(0, MOST_FAULTS_TOLD) ?? []) {
    logger.warn({ file, why }, 'a certificate of the keyring is left out');
  }
  for (const [what, faults] of [
    ['the keysmap', keysmap?.faults],
    ['allowed signers', signers?.faults],
  ] as const) {
    if (faults === undefined || faults.length === 0) continue;
    const lines = faults.slice(0, MOST_FAULTS_TOLD);
    logger.warn({ faults: faults.length, lines }, `lines of ${what} cannot be read and allow nothing`);
  }
}
