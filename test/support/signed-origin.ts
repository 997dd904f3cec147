// An origin whose releases are signed, and the keyring and keysmap of the mirror that judges them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { turnOnce } from '../../src/compose/signature-turn.ts';
import { loadConfig } from '../../src/config/load.ts';
import { DAY, SECOND } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { armored } from './gpg.ts';
import { type Mirror, pomText, startMirror } from './mirror.ts';
import { type Kind, type MadeKey, makeCertificate, makeKey, makeSignature, packet } from './openpgp-maker.ts';

export interface SignedMirror extends Mirror {
  /** Puts a key into the keyring of the mirror. */
  know(key: MadeKey): void;
  /** Writes the keysmap: lines. */
  trust(...lines: string[]): void;
  /** Writes `PATH.asc` of these bytes. */
  sign(path: string, key: MadeKey, bytes: string, options?: { readonly ageMs?: number }): void;
  /** Judges what is published at a time that much later than now, as the daemon does. */
  judgeLater(laterMs: number): Promise<void>;
  /** A release of `org.example:NAME`, its jar and POM signed by each of the keys. Returns its folder. */
  signedRelease(name: string, version: string, ...keys: MadeKey[]): string;
}

/** When the keys of these tests were made. */
export const KEY_MADE_AT = Math.floor((Date.now() - 400 * DAY) / SECOND);

export function signerKey(kind: Kind = 'ed25519'): MadeKey {
  return makeKey(kind, KEY_MADE_AT);
}

export async function startSignedMirror(
  t: Pick<TestContext, 'after'>,
  mode: 'off' | 'observe' | 'require' = 'observe',
): Promise<SignedMirror> {
  const mirror = await startMirror(t);
  const home = dirname(mirror.configFile);
  const [keyring, keysmap] = [join(home, 'keyring'), join(home, 'keysmap')];
  mkdirSync(keyring);
  writeFileSync(keysmap, '');
  mirror.configure({ verify: { signatures: mode, keyring, keysmap } });
  const sign: SignedMirror['sign'] = (path, key, bytes, options) =>
    mirror.origin.put(`${path}.asc`, signatureOf(key, bytes), options);
  return {
    ...mirror,
    know: (key) => writeFileSync(join(keyring, `${key.fingerprint}.gpg`), makeCertificate(key, KEY_MADE_AT)),
    trust: (...lines) => writeFileSync(keysmap, `${lines.join('\n')}\n`),
    sign,
    async judgeLater(laterMs) {
      const loaded = loadConfig(mirror.configFile, {});
      if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
      const clock = { now: () => Date.now() + laterMs, sleep: async () => undefined };
      const host = { clock, logger: makeLogger('silent'), onEvent: () => undefined };
      const limits = { bytesPerSecond: 0, budgetBytes: Number.POSITIVE_INFINITY };
      await turnOnce(loaded.config, limits, host, AbortSignal.timeout(60_000));
    },
    signedRelease(name, version, ...keys) {
      const jar = `${name} ${version}`;
      const folder = mirror.origin.release(name, version, jar);
      const file = `${folder}/${name}-${version}`;
      for (const [path, bytes] of [
        [`${file}.jar`, jar],
        [`${file}.pom`, pomText(name, version)],
      ] as const) {
        if (keys.length > 0) mirror.origin.put(`${path}.asc`, signatureOf(keys, bytes));
      }
      return folder;
    },
  };
}

/** By one key or several, in one armor block, a month old. */
export function signatureOf(keys: MadeKey | readonly MadeKey[], bytes: string | Buffer): Buffer {
  const created = Math.floor((Date.now() - 30 * DAY) / SECOND);
  const all = Array.isArray(keys) ? keys : [keys as MadeKey];
  return armored(
    Buffer.concat(all.map((key: MadeKey) => packet(2, makeSignature(key, Buffer.from(bytes), { created })))),
  );
}
