// Packet framing (RFC 9580, 4.2), old and new. Lengths are a stranger's: nothing is allocated by them, bodies are views of the bytes given.

export type Framed =
  | { readonly kind: 'packet'; readonly tag: number; readonly body: Buffer }
  | { readonly kind: 'fault'; readonly why: string };

export const TAG = {
  signature: 2,
  secretKey: 5,
  publicKey: 6,
  compressed: 8,
  marker: 10,
  literal: 11,
  trust: 12,
  userId: 13,
  publicSubkey: 14,
  userAttribute: 17,
  padding: 21,
} as const;

/** Packet after packet; after a fault nothing more comes, since nobody knows where the next one begins. */
export function* packetsOf(bytes: Buffer): Generator<Framed, void, undefined> {
  for (let at = 0; at < bytes.length; ) {
    const header = headerAt(bytes, at);
    if (typeof header === 'string') {
      yield { kind: 'fault', why: header };
      return;
    }
    at = header.body + header.length;
    if (at > bytes.length) {
      yield { kind: 'fault', why: 'a packet is cut off' };
      return;
    }
    yield { kind: 'packet', tag: header.tag, body: bytes.subarray(header.body, at) };
  }
}

interface Header {
  readonly tag: number;
  /** Where the body begins. */
  readonly body: number;
  readonly length: number;
}

/** Or why there is none. */
function headerAt(bytes: Buffer, at: number): Header | string {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return 'what follows is no packet';
  return (first & 0x40) === 0 ? oldHeader(bytes, at, first) : newHeader(bytes, at, first & 0x3f);
}

function oldHeader(bytes: Buffer, at: number, first: number): Header | string {
  const tag = (first >> 2) & 0x0f;
  const size = [1, 2, 4][first & 3];
  // Only data packets may leave their length open (RFC 9580, 4.2.2), and none of those belongs here.
  if (size === undefined) return 'a packet leaves its length open';
  if (at + 1 + size > bytes.length) return 'a packet is cut off';
  return { tag, body: at + 1 + size, length: bytes.readUIntBE(at + 1, size) };
}

function newHeader(bytes: Buffer, at: number, tag: number): Header | string {
  const one = bytes[at + 1] ?? 0;
  if (one < 192) return { tag, body: at + 2, length: one };
  if (one < 224) return { tag, body: at + 3, length: ((one - 192) << 8) + (bytes[at + 2] ?? 0) + 192 };
  // Only data packets come in parts (RFC 9580, 4.2.1.4).
  if (one < 255) return 'a packet comes in parts';
  if (at + 6 > bytes.length) return 'a packet is cut off';
  return { tag, body: at + 6, length: bytes.readUInt32BE(at + 2) };
}
