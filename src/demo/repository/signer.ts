// The people who sign in the demo's repository: fresh OpenPGP keys each time, dated back so that old releases have old signatures.

import { createMessage, generateKey, type PrivateKey, readKey, readPrivateKey, sign } from 'openpgp';
import { DAY } from '../../host/clock.ts';

export interface Signer {
  readonly name: string;
  /** Upper-case hex. */
  readonly fingerprint: string;
  /** The armored certificate, for a keyring. */
  readonly certificate: string;
  /** An armored detached signature made at `at` (epoch milliseconds). */
  sign(bytes: Uint8Array, at: number): Promise<string>;
}

const KEY_AGE_MS = 8 * 365 * DAY;

/** Two Ed25519 keys and one RSA key. Ed25519 in its older encoding, which every GnuPG reads. */
export async function makeSigners(now: number): Promise<Signer[]> {
  const date = new Date(now - KEY_AGE_MS);
  const people = [
    { name: 'Ida Halloran', key: { type: 'ecc', curve: 'ed25519Legacy' } },
    { name: 'Per Lindqvist', key: { type: 'ecc', curve: 'ed25519Legacy' } },
    { name: 'Rosa Quintero', key: { type: 'rsa', rsaBits: 2048 } },
  ] as const;
  return Promise.all(
    people.map(async ({ name, key }) => {
      const email = `${name.split(' ')[0]?.toLowerCase()}@example.org`;
      const made = await generateKey({ ...key, userIDs: [{ name, email }], date, format: 'armored' });
      return makeSigner(name, made.publicKey, await readPrivateKey({ armoredKey: made.privateKey }));
    }),
  );
}

async function makeSigner(name: string, certificate: string, signingKeys: PrivateKey): Promise<Signer> {
  const key = await readKey({ armoredKey: certificate });
  return {
    name,
    fingerprint: key.getFingerprint().toUpperCase(),
    certificate,
    sign: async (binary, at) => {
      const message = await createMessage({ binary });
      return sign({ message, signingKeys, detached: true, date: new Date(at), format: 'armored' });
    },
  };
}
