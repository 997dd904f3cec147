// A certificate, judged: which of its keys may have signed what, and when. Of several self-signatures over one thing the newest counts, as RFC
// 9580, 5.2.3.10, has it and as certificates need that were extended: what is handed out today often holds no older one.

import { hashAlgorithm } from '../openpgp/hash-algorithm.ts';
import type { KeyPacket } from '../openpgp/key-packet.ts';
import { publicKeyOf } from '../openpgp/public-key.ts';
import { readSignature, type SignaturePacket } from '../openpgp/signature-packet.ts';
import { certified, isValid, type Owner, ownSignatures } from './self-signature.ts';
import type { Part, TransferableKey } from './transferable.ts';

/** Plain values: it travels between threads. Times are epoch seconds. */
export interface Certificate {
  /** Upper-case hex, of the primary key. */
  readonly fingerprint: string;
  /** As the owner wrote them; without a self-signature nobody has vouched for them. */
  readonly userIds: readonly string[];
  /** The primary key first. */
  readonly keys: readonly CertificateKey[];
  /** Nothing is signed over the primary key: nothing is known of expiry and revocation. */
  readonly isBare: boolean;
  /** What the newest self-signature is made with, if that is weak: strict verifiers refuse the whole certificate for it. */
  readonly weakSelfSignature: string | null;
}

export interface CertificateKey {
  readonly fingerprint: string;
  readonly keyId: string;
  readonly created: number;
  /** `rsa4096`; null: it makes no signatures that could be checked here. */
  readonly algorithm: string | null;
  readonly isWeak: boolean;
  /** Body of its packet. */
  readonly body: Uint8Array;
  readonly isPrimary: boolean;
  /** The first instant at which it holds no more. */
  readonly expires: number | null;
  readonly revoked: Revocation | null;
  /** Why its signatures do not count, for people; null: they do. */
  readonly whyUnbound: string | null;
}

export interface Revocation {
  /** Compromised, or no reason given: nothing it signed can be told from a thief's work, whenever it says it was made. */
  readonly isHard: boolean;
  readonly at: number;
}

const TYPE = {
  certifications: [0x10, 0x11, 0x12, 0x13],
  direct: [0x1f],
  binding: [0x18],
  back: 0x19,
  keyRevocation: [0x20],
  subkeyRevocation: [0x28],
  certificationRevocation: [0x30],
} as const;

const FLAG_SIGN = 0x02;
/** Superseded and retired: what was signed before stays signed. */
const SOFT_REASONS = [1, 3];

export function judgeCertificate(key: TransferableKey, now: number): Certificate {
  const { content: primary } = key.primary;
  const publicKey = publicKeyOf(primary.material);
  const owner: Owner | null = publicKey === null ? null : { packet: primary, key: publicKey };
  const own = owner === null ? null : primaryWords(key, owner, now);
  const said = own?.said ?? [];
  const newest = said[0] ?? null;
  const hash = newest === null ? null : hashAlgorithm(newest.hashAlgorithm);
  return {
    fingerprint: primary.fingerprint,
    userIds: own?.userIds ?? key.userIds.map((each) => textOf(each.content)),
    keys: [
      {
        ...keyFacts(key.primary),
        isPrimary: true,
        expires: expiryOf(primary, newest),
        revoked: revocationOf(own?.revocations ?? []),
        whyUnbound: maySign(newest) ? null : 'its owner does not let it sign files',
      },
      ...key.subkeys.map((each) => judgeSubkey(each, owner, now)),
    ],
    isBare: newest === null,
    weakSelfSignature: hash?.isWeak === true ? hash.name : null,
  };
}

interface Words {
  /** Self-signatures over the primary key itself and its user IDs, the newest first. */
  readonly said: readonly SignaturePacket[];
  readonly revocations: readonly SignaturePacket[];
  readonly userIds: readonly string[];
}

function primaryWords(key: TransferableKey, owner: Owner, now: number): Words {
  const alone = () => [owner.packet.hashed];
  const direct = ownSignatures(key.primary.signatures, TYPE.direct, owner, alone, now);
  const revocations = ownSignatures(key.primary.signatures, TYPE.keyRevocation, owner, alone, now);
  const named = key.userIds.map(({ content, signatures }) => {
    const over = certified(owner.packet, content);
    const certifications = ownSignatures(signatures, TYPE.certifications, owner, over, now);
    const revoked = ownSignatures(signatures, TYPE.certificationRevocation, owner, over, now)[0];
    const isRevoked = revoked !== undefined && revoked.created >= (certifications[0]?.created ?? 0);
    return { text: textOf(content), said: isRevoked ? [] : certifications };
  });
  const said = [...direct, ...named.flatMap((each) => each.said)].sort((a, b) => b.created - a.created);
  const vouched = named.filter((each) => each.said.length > 0);
  return { said, revocations, userIds: (said.length === 0 ? named : vouched).map(({ text }) => text) };
}

function judgeSubkey(part: Part<KeyPacket>, owner: Owner | null, now: number): CertificateKey {
  const facts = { ...keyFacts(part), isPrimary: false };
  const unbound = { ...facts, expires: null, revoked: null };
  if (owner === null) return { ...unbound, whyUnbound: 'its primary key cannot sign' };
  const both = () => [owner.packet.hashed, part.content.hashed];
  const binding = ownSignatures(part.signatures, TYPE.binding, owner, both, now)[0];
  const revocations = ownSignatures(part.signatures, TYPE.subkeyRevocation, owner, both, now);
  if (binding === undefined) return { ...unbound, whyUnbound: 'its primary key has not signed it' };
  return {
    ...facts,
    expires: expiryOf(part.content, binding),
    revoked: revocationOf(revocations),
    whyUnbound: whyUnfit(part.content, binding, both()),
  };
}

/** A subkey must agree (RFC 9580, 10.1.5): otherwise anybody could claim a stranger's signing key, and its signatures, as his own. */
function whyUnfit(subkey: KeyPacket, binding: SignaturePacket, both: readonly Buffer[]): string | null {
  if (!maySign(binding)) return 'its owner does not let it sign files';
  const key = publicKeyOf(subkey.material);
  if (key === null) return 'it makes no signatures that could be checked';
  const hasAgreed = binding.embedded
    .map(readSignature)
    .some(
      (packet) =>
        packet.kind === 'signature' && packet.type === TYPE.back && isValid(packet, { packet: subkey, key }, both),
    );
  return hasAgreed ? null : 'it has not signed that it belongs to its primary key';
}

function keyFacts({ content, body }: Part<KeyPacket>) {
  const key = publicKeyOf(content.material);
  const { fingerprint, keyId, created } = content;
  return { fingerprint, keyId, created, algorithm: key?.name ?? null, isWeak: key?.isWeak ?? false, body };
}

/** Without the flags anything goes that the algorithm can do. */
function maySign(packet: SignaturePacket | null): boolean {
  return packet === null || packet.keyFlags === null || (packet.keyFlags & FLAG_SIGN) !== 0;
}

function expiryOf(key: KeyPacket, packet: SignaturePacket | null): number | null {
  const seconds = packet?.keyExpiresAfter ?? 0;
  return seconds === 0 ? null : key.created + seconds;
}

/** The hardest counts, and of its kind the earliest. */
function revocationOf(packets: readonly SignaturePacket[]): Revocation | null {
  const all = packets.map(({ created, revocationReason }) => ({
    isHard: !SOFT_REASONS.includes(revocationReason ?? 0),
    at: created,
  }));
  return all.sort((a, b) => Number(b.isHard) - Number(a.isHard) || a.at - b.at)[0] ?? null;
}

function textOf(userId: Buffer): string {
  return userId.toString('utf8');
}
