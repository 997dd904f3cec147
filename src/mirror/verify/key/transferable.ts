// A certificate as its packets (RFC 9580, 10.1): a primary key, what is signed over it, user IDs and subkeys with what is signed over them. Nothing
// is believed here yet.

import { type KeyPacket, readKey } from '../openpgp/key-packet.ts';
import { packetsOf, TAG } from '../openpgp/packet.ts';

export interface TransferableKey {
  readonly primary: Part<KeyPacket>;
  readonly userIds: readonly Part<Buffer>[];
  readonly subkeys: readonly Part<KeyPacket>[];
}

/** Something that signatures follow, each as the body of its packet. */
export interface Part<Content> {
  readonly content: Content;
  /** Of the packet. */
  readonly body: Buffer;
  readonly signatures: readonly Buffer[];
}

export interface Transferred {
  readonly keys: readonly TransferableKey[];
  /** Signatures that stand alone: a revocation that its owner has published without the key. */
  readonly loose: readonly Buffer[];
  /** Sentences: what was left out, and why. */
  readonly faults: readonly string[];
}

/** Beyond so many packets it is not a certificate that somebody made for use. */
const MOST_PACKETS = 100_000;

interface Growing {
  readonly primary: GrowingPart<KeyPacket>;
  readonly userIds: GrowingPart<Buffer>[];
  readonly subkeys: GrowingPart<KeyPacket>[];
}

interface GrowingPart<Content> extends Part<Content> {
  readonly signatures: Buffer[];
}

/** Certificates one after the other. */
export function transferredIn(bytes: Buffer): Transferred {
  const keys: Growing[] = [];
  const loose: Buffer[] = [];
  const faults: string[] = [];
  /** Where the signatures go that come next; null: what they belong to was left out. */
  let signatures: Buffer[] | null = loose;
  let count = 0;
  for (const packet of packetsOf(bytes)) {
    count += 1;
    if (packet.kind === 'fault' || count > MOST_PACKETS) {
      faults.push(packet.kind === 'fault' ? packet.why : `it has more than ${MOST_PACKETS} packets`);
      break;
    }
    const { tag, body } = packet;
    if (tag === TAG.signature) signatures?.push(body);
    else if (tag === TAG.publicKey || tag === TAG.publicSubkey) signatures = takeKey(tag, body, keys, faults);
    else if (tag === TAG.userId) signatures = takeUserId(body, keys);
    else if (tag === TAG.secretKey)
      return { keys: [], loose: [], faults: ['it holds a secret key, which belongs nowhere near a mirror'] };
    else if (tag === TAG.userAttribute) signatures = null;
    else if (!IGNORED.has(tag)) faults.push(`a packet of kind ${tag} does not belong into a certificate`);
  }
  return { keys, loose, faults };
}

const IGNORED: ReadonlySet<number> = new Set([TAG.marker, TAG.trust, TAG.padding]);

function takeKey(tag: number, body: Buffer, keys: Growing[], faults: string[]): Buffer[] | null {
  const content = readKey(body);
  const primary = keys.at(-1);
  if (content.kind !== 'key') {
    faults.push(content.why);
    return null;
  }
  const part = { content, body, signatures: [] };
  if (tag === TAG.publicKey) keys.push({ primary: part, userIds: [], subkeys: [] });
  else if (primary === undefined) faults.push('a subkey comes before any key');
  else primary.subkeys.push(part);
  return part.signatures;
}

function takeUserId(body: Buffer, keys: readonly Growing[]): Buffer[] | null {
  const part = { content: body, body, signatures: [] };
  keys.at(-1)?.userIds.push(part);
  return part.signatures;
}

/** Two copies of one certificate as one: nothing of either is lost, least of all a revocation. */
export function merged(a: TransferableKey, b: TransferableKey): TransferableKey {
  return {
    primary: { ...a.primary, signatures: distinct([...a.primary.signatures, ...b.primary.signatures]) },
    userIds: mergedParts([...a.userIds, ...b.userIds]),
    subkeys: mergedParts([...a.subkeys, ...b.subkeys]),
  };
}

function mergedParts<Content>(parts: readonly Part<Content>[]): Part<Content>[] {
  const byBody = new Map<string, Part<Content>>();
  for (const part of parts) {
    const name = part.body.toString('latin1');
    const before = byBody.get(name);
    const signatures = distinct([...(before?.signatures ?? []), ...part.signatures]);
    byBody.set(name, { ...part, signatures });
  }
  return [...byBody.values()];
}

function distinct(bodies: readonly Buffer[]): Buffer[] {
  return [...new Map(bodies.map((body) => [body.toString('latin1'), body])).values()];
}

/** As packets again, in the order in which they are read. */
export function packetsOfKey(key: TransferableKey): Buffer {
  const part = (tag: number, { body, signatures }: Part<unknown>) => [
    packet(tag, body),
    ...signatures.map((signature) => packet(TAG.signature, signature)),
  ];
  return Buffer.concat([
    ...part(TAG.publicKey, key.primary),
    ...key.userIds.flatMap((each) => part(TAG.userId, each)),
    ...key.subkeys.flatMap((each) => part(TAG.publicSubkey, each)),
  ]);
}

function packet(tag: number, body: Buffer): Buffer {
  const header = Buffer.alloc(6, 0xc0 | tag);
  header[1] = 0xff;
  header.writeUInt32BE(body.length, 2);
  return Buffer.concat([header, body]);
}
