// Whose reports are taken: keys that the configuration lists, and those that a mirror announced under such a key, or an operator with a token.

import { keyIdOf } from '../operator/key.ts';
import type { StateDatabase } from '../state/open.ts';

/** A mirror as the configuration enrols it. Times are milliseconds since 1970. */
export interface EnrolledMirror {
  readonly name: string;
  readonly keys: readonly {
    readonly publicKey: string;
    /** Reports that were signed later are refused. */
    readonly notAfter: number | null;
    /** In wrong hands since then: whatever comes later is refused, whenever it says that it was signed. */
    readonly revokedAt: number | null;
  }[];
}

export interface EnrolledKey {
  readonly mirror: string;
  readonly publicKey: string;
  readonly notAfter: number | null;
  readonly revokedAt: number | null;
}

export interface AnnouncedKey {
  readonly publicKey: string;
  readonly mirror: string;
  /** The public key that signed the announcement, or who else enrolled it. */
  readonly announcedBy: string;
  readonly announcedAt: number;
}

export interface Enrolment {
  /** By the id that a signature names. */
  find(keyId: string): EnrolledKey | null;
  /** Announced, and not yet in the configuration. */
  announced(): AnnouncedKey[];
}

export function openEnrolment(database: StateDatabase, mirrors: readonly EnrolledMirror[]): Enrolment {
  const configured = new Map<string, EnrolledKey>();
  const byPublicKey = new Map<string, EnrolledKey>();
  for (const { name: mirror, keys } of mirrors) {
    for (const key of keys) {
      const enrolled = { mirror, ...key };
      configured.set(keyIdOf(key.publicKey), enrolled);
      byPublicKey.set(key.publicKey, enrolled);
    }
  }
  const names = new Set(mirrors.map((mirror) => mirror.name));
  const all = database.prepare<[], AnnouncedKey>(
    `SELECT public_key AS publicKey, mirror, announced_by AS announcedBy, announced_at AS announcedAt FROM primary_key ORDER BY announced_at`,
  );
  const listed = () => all.all().filter((key) => !byPublicKey.has(key.publicKey) && names.has(key.mirror));
  const judge = (key: AnnouncedKey, keys: readonly AnnouncedKey[], depth = 0): EnrolledKey => {
    const { mirror, publicKey, announcedBy, announcedAt } = key;
    const parent = byPublicKey.get(announcedBy);
    const between = keys.find((each) => each.publicKey === announcedBy);
    const above = parent ?? (between === undefined || depth > MOST_LINKS ? null : judge(between, keys, depth + 1));
    // A key that a thief announced goes with the key that he had.
    const isVoid = above?.revokedAt !== undefined && above.revokedAt !== null && above.revokedAt <= announcedAt;
    return { mirror, publicKey, notAfter: null, revokedAt: isVoid ? above.revokedAt : null };
  };
  return {
    find(keyId) {
      const known = configured.get(keyId);
      if (known !== undefined) return known;
      const keys = listed();
      const found = keys.find((key) => keyIdOf(key.publicKey) === keyId);
      return found === undefined ? null : judge(found, keys);
    },
    announced: listed,
  };
}

/** Call inside a write transaction. Nothing happens when the key is known. */
export function announceKey(database: StateDatabase, key: AnnouncedKey): void {
  database
    .prepare(
      `INSERT INTO primary_key (public_key, mirror, announced_by, announced_at) VALUES (@publicKey, @mirror, @announcedBy, @announcedAt)
       ON CONFLICT (public_key) DO NOTHING`,
    )
    .run(key);
}

/** Rotations one after the other that nobody wrote into the configuration. */
const MOST_LINKS = 32;
