// `assay keys list|show|export`: what is in the keyring, and what it signed here.

import type { Config } from '../config/schema.ts';
import type { Key, KeyCensus, KeyDetail, KeyExport, KeyImport, KeyTrust } from '../config/shape/keys.ts';
import { isoTime, SECOND } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import { coordinatesOf } from '../maven/coordinates.ts';
import { armoredKeys, type Certificate, type ReadCertificate, type Signer } from '../mirror/verify/signature.ts';
import { foldersOf } from './folders.ts';
import { censusOf } from './key-census.ts';
import { importKeys } from './key-import.ts';
import { type TrustRequest, trustKey } from './key-trust.ts';
import { readKeyring } from './keyring.ts';
import type { PassHost } from './pass-job.ts';
import { openRoomsToRead, type Rooms } from './rooms.ts';
import { clean, type Done } from './verbs.ts';

export interface KeyVerbs {
  /** `from`: a file, a folder, or the URL of a file with keys. */
  keysImport(config: Config, from: string, signal: AbortSignal): Promise<Done<KeyImport>>;
  keysList(config: Config, signal: AbortSignal): Promise<Done<{ keys: Key[] }>>;
  /** By fingerprint, or by its last 16 or more digits. Throws `key-unknown`. */
  keysShow(config: Config, key: string, signal: AbortSignal): Promise<Done<KeyDetail>>;
  keysTrust(config: Config, request: TrustRequest, signal: AbortSignal): Promise<Done<KeyTrust>>;
  /** None named: all. */
  keysExport(config: Config, keys: readonly string[], signal: AbortSignal): Promise<Done<KeyExport>>;
  keysCensus(config: Config): Promise<Done<KeyCensus>>;
}

export function keyVerbs(host: PassHost): KeyVerbs {
  return {
    keysImport: (config, from, signal) => importKeys(config, from, host, signal),
    keysList: async (config, signal) => {
      const now = host.clock.now();
      const certificates = await certificatesOf(config, now, signal);
      const signers = signersOf(config);
      return clean({ keys: certificates.map(({ certificate }) => keyOf(certificate, signers, now)) });
    },
    keysShow: async (config, key, signal) => {
      const now = host.clock.now();
      const { certificate } = findCertificate(await certificatesOf(config, now, signal), key, config);
      return clean(detailOf(certificate, config, now));
    },
    keysTrust: (config, request, signal) => trustKey(config, request, host, signal),
    keysExport: async (config, keys, signal) => {
      const all = await certificatesOf(config, host.clock.now(), signal);
      const chosen = keys.length === 0 ? all : keys.map((key) => findCertificate(all, key, config));
      const fingerprints = chosen.map(({ certificate }) => certificate.fingerprint);
      return clean({ fingerprints, armored: chosen.map(({ packets }) => armoredKeys(packets)).join('') });
    },
    keysCensus: async (config) => {
      using rooms = openRoomsToRead(foldersOf(config.data));
      return clean(censusOf(rooms, host.clock.now()));
    },
  };
}

/** By fingerprint. Throws `keyring-unreadable`. */
async function certificatesOf(config: Config, now: number, signal: AbortSignal): Promise<ReadCertificate[]> {
  const reading = await readKeyring(config.verify.keyring, now, signal);
  return (reading?.certificates ?? []).toSorted((a, b) =>
    a.certificate.fingerprint < b.certificate.fingerprint ? -1 : 1,
  );
}

export function findCertificate<Found extends Pick<ReadCertificate, 'certificate'>>(
  all: readonly Found[],
  key: string,
  config: Config,
): Found {
  const digits = key.replace(/^0x/i, '').replace(/\s/g, '').toUpperCase();
  const found = all.filter(
    ({ certificate }) =>
      digits.length >= 16 &&
      certificate.keys.some(({ fingerprint, keyId }) => fingerprint.endsWith(digits) || keyId === digits),
  );
  const [only, another] = found;
  if (only !== undefined && another === undefined) return only;
  throw new CodedError(
    'key-unknown',
    `${found.length === 0 ? 'No certificate' : 'More than one certificate'} of ${config.verify.keyring} is ${key}.`,
    {
      path: key,
      remedy: 'Look at `assay keys list`, and give the whole fingerprint.',
    },
  );
}

/** Before the first pass nothing is signed yet. */
function signersOf(config: Config): ReadonlyMap<string, Signer> {
  return withRooms(
    config,
    (rooms) => new Map(rooms.signatures.signers().map((each) => [each.certificate, each])),
    new Map(),
  );
}

function withRooms<T>(config: Config, look: (rooms: Rooms) => T, otherwise: T): T {
  try {
    using rooms = openRoomsToRead(foldersOf(config.data));
    return look(rooms);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'no-data') return otherwise;
    throw error;
  }
}

function keyOf(certificate: Certificate, signers: ReadonlyMap<string, Signer>, now: number): Key {
  const { fingerprint, userIds, isBare, weakSelfSignature } = certificate;
  const primary = certificate.keys[0];
  const signer = signers.get(fingerprint);
  const isExpired = primary?.expires != null && primary.expires * SECOND <= now;
  return {
    fingerprint,
    user_ids: [...userIds],
    algorithm: primary?.algorithm ?? null,
    created: instantOf(primary?.created ?? 0),
    expires: primary?.expires == null ? null : instantOf(primary.expires),
    revoked: primary?.revoked == null ? null : primary.revoked.isHard ? 'hard' : 'soft',
    revoked_at: primary?.revoked == null ? null : instantOf(primary.revoked.at),
    bare: isBare,
    notes: [
      ...(primary?.isWeak === true ? ['weak-key'] : []),
      ...(weakSelfSignature === null ? [] : [`${weakSelfSignature}-self-signature`]),
      ...(isExpired ? ['expired'] : []),
    ],
    artifacts: signer?.artifacts ?? 0,
    files: signer?.files ?? 0,
    first_seen: signer === undefined ? null : isoTime(signer.firstAt),
    last_seen: signer === undefined ? null : isoTime(signer.lastAt),
  };
}

const MOST_ARTIFACTS = 200;

function detailOf(certificate: Certificate, config: Config, now: number): KeyDetail {
  const { fingerprint } = certificate;
  const folders = withRooms(config, (rooms) => rooms.signatures.artifactsOf(fingerprint, MOST_ARTIFACTS), []);
  return {
    ...keyOf(certificate, signersOf(config), now),
    keys: certificate.keys.map((key) => ({
      fingerprint: key.fingerprint,
      algorithm: key.algorithm,
      created: instantOf(key.created),
      expires: key.expires === null ? null : instantOf(key.expires),
      signs: key.whyUnbound === null && key.algorithm !== null,
      because: key.whyUnbound ?? (key.algorithm === null ? 'it makes no signatures that could be checked' : null),
    })),
    signed: folders.map(coordinatesOf),
  };
}

function instantOf(seconds: number): string {
  return isoTime(seconds * SECOND);
}
