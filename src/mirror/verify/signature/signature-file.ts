// What lies beside an artifact as its signature, read but not yet checked. Everything in it is a stranger's: sizes and counts have ceilings, nothing
// nests, and nothing is ever decompressed.

import { createHash } from 'node:crypto';
import { blocksOf } from '../openpgp/armor.ts';
import { packetsOf, TAG } from '../openpgp/packet.ts';
import { readSignature, type SignaturePacket } from '../openpgp/signature-packet.ts';

import { isSshSignature, readSshSignature, type SshSignature } from '../ssh/ssh-signature.ts';

/** Of a signature file so much is read, and a byte more to see that it is larger. */
export const SIGNATURE_CEILING = 256 * 1024;
/** Nobody signs one file so often. */
const MOST_PACKETS = 100;

export interface SignatureFile {
  /** Repository path. */
  readonly path: string;
  /** Of the whole file, lower-case hex. */
  readonly sha256: string;
  readonly kind: 'openpgp' | 'ssh' | 'sigstore';
  /** In the order of the file; none in a file that is only recorded. */
  readonly entries: readonly Entry[];
}

export type Entry =
  | { readonly kind: 'signature'; readonly packet: SignaturePacket; readonly isDamaged: boolean }
  | { readonly kind: 'ssh'; readonly signature: SshSignature }
  | { readonly kind: 'malformed' | 'unsupported'; readonly why: string; readonly version: number | null };

/** `bytes` may be cut after SIGNATURE_CEILING + 1. */
export function readSignatureFile(path: string, bytes: Buffer): SignatureFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (/\.sigstore(\.json)?$/.test(path)) return { path, sha256, kind: 'sigstore', entries: [] };
  if (bytes.length > SIGNATURE_CEILING) {
    return { path, sha256, kind: 'openpgp', entries: [malformed(`it is larger than ${SIGNATURE_CEILING} bytes`)] };
  }
  if (isSshSignature(bytes)) return { path, sha256, kind: 'ssh', entries: [sshEntry(bytes)] };
  const entries = blocksOf(bytes).flatMap((block) =>
    block.kind === 'fault' ? [malformed(block.why)] : entriesOf(block.bytes, block.isDamaged),
  );
  const isFlood = entries.length > MOST_PACKETS;
  return {
    path,
    sha256,
    kind: 'openpgp',
    entries: isFlood ? [malformed(`it has more than ${MOST_PACKETS} packets`)] : entries,
  };
}

function sshEntry(bytes: Buffer): Entry {
  const signature = readSshSignature(bytes);
  if ('fault' in signature) return { kind: signature.fault, why: signature.why, version: null };
  return { kind: 'ssh', signature };
}

/** Ends with the first thing that does not belong there: whoever wrote it did not mean a detached signature. */
function entriesOf(bytes: Buffer, isDamaged: boolean): Entry[] {
  const entries: Entry[] = [];
  for (const packet of packetsOf(bytes)) {
    if (entries.length > MOST_PACKETS) return entries;
    if (packet.kind === 'fault') return [...entries, malformed(packet.why)];
    if (isPassedOver(packet.tag)) continue;
    if (packet.tag !== TAG.signature) return [...entries, stranger(packet.tag)];
    entries.push(entryOf(readSignature(packet.body), isDamaged));
  }
  return entries.length > 0 ? entries : [malformed('it holds no signature')];
}

/** RFC 9580, 4.3: what is numbered from 40 on may be passed over by whoever does not know it. */
function isPassedOver(tag: number): boolean {
  return tag === TAG.marker || tag === TAG.padding || tag === TAG.trust || tag >= 40;
}

function stranger(tag: number): Entry {
  if (tag === TAG.compressed)
    return { kind: 'unsupported', why: 'it is compressed, and is not unpacked', version: null };
  return malformed(`it holds a packet of kind ${tag}, not a detached signature`);
}

function entryOf(packet: ReturnType<typeof readSignature>, isDamaged: boolean): Entry {
  if (packet.kind !== 'signature') return packet;
  const { type, version } = packet;
  if (type === 0x00 || type === 0x01) return { kind: 'signature', packet, isDamaged };
  return { kind: 'malformed', why: `it is a signature of type ${type}, not over a file`, version };
}

function malformed(why: string): Entry {
  return { kind: 'malformed', why, version: null };
}
