import type { KeyVerbs } from '../../src/compose/keys.ts';
import type { Key, KeyCensus, KeyDetail, KeyExport, KeyImport, KeyTrust } from '../../src/config/shape/keys.ts';

export const FINGERPRINT = 'A1'.repeat(20);

export const KEY: Key = {
  fingerprint: FINGERPRINT,
  user_ids: ['Ida Halloran <ida@example.org>'],
  algorithm: 'rsa4096',
  created: '2020-01-01T00:00:00.000Z',
  expires: '2030-01-01T00:00:00.000Z',
  revoked: null,
  revoked_at: null,
  bare: false,
  notes: ['sha1-self-signature'],
  artifacts: 3,
  files: 40,
  first_seen: '2026-01-01T00:00:00.000Z',
  last_seen: '2026-11-01T00:00:00.000Z',
};

const DETAIL: KeyDetail = {
  ...KEY,
  keys: [
    { fingerprint: FINGERPRINT, algorithm: 'rsa4096', created: KEY.created, expires: null, signs: true, because: null },
  ],
  signed: ['org.example:tool'],
};

const IMPORTED: KeyImport = {
  from: 'KEYS',
  certificates: [{ fingerprint: FINGERPRINT, user_ids: KEY.user_ids, state: 'new', bare: false, dropped: 12 }],
  refused: [{ file: 'KEYS', sentence: 'it has no armor block' }],
  judged: { changed: 4, whole: true, classes: { good: 3, bad: 1 } },
};

const TRUSTED: KeyTrust = { line: `org.example:tool = 0x${FINGERPRINT}`, added: true, known: true };
const EXPORTED: KeyExport = { fingerprints: [FINGERPRINT], armored: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n' };

const CENSUS: KeyCensus = {
  ...{ files: 100, signed: 40, good: 30, downloads: null, classes: { good: 30, 'no-key': 10, unsigned: 60 } },
  groups: [{ group: 'org.example', files: 100, signed: 40, good: 30 }],
  keys_to_get: [{ issuer: '3D12CA2AC19F3181', files: 10, artifacts: 2, downloads: null, example: 'org.example:tool' }],
  unsigned: [{ artifact: 'org.example:plain', files: 60, downloads: null }],
};

/** Made by whoever remembers what is asked. */
export function fakeKeys(told: (verb: string, result: unknown) => unknown): KeyVerbs {
  const verbs = {
    keysImport: told('keysImport', IMPORTED),
    keysList: told('keysList', { keys: [KEY] }),
    keysShow: told('keysShow', DETAIL),
    keysTrust: told('keysTrust', TRUSTED),
    keysExport: told('keysExport', EXPORTED),
    keysCensus: told('keysCensus', CENSUS),
  };
  return verbs as KeyVerbs;
}
