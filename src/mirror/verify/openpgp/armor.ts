// ASCII armor (RFC 9580, 6) as it is found beside artifacts: several blocks in a file, text around them, any line ends. What lies in a block is
// told by its packets: half of the old signatures are labelled otherwise, and no verifier minds.

export type Block =
  | {
      readonly kind: 'packets';
      readonly bytes: Buffer;
      /** The check sum under the block is another one: something was changed on the way. RFC 9580, 6.1: no reason to refuse what proves itself. */
      readonly isDamaged: boolean;
    }
  | { readonly kind: 'fault'; readonly why: string };

/** Beyond so many blocks a file of signatures is no longer looked at. */
const MOST_BLOCKS = 64;

const BEGIN = /^-----BEGIN (PGP [A-Z ,/0-9]{1,40})-----$/;
const END = /^-----END PGP [A-Z ,/0-9]{1,40}-----$/;
const HEADER = /^[!-9;-~]{1,40}:( |$)/;
const CHECKSUM = /^=([A-Za-z0-9+/]{4})$/;
const DATA = /^[A-Za-z0-9+/]+={0,2}$/;

/** Every block of a file, in order; a binary file is one block. Never empty: a file without a block is a fault. */
export function blocksOf(file: Buffer, most = MOST_BLOCKS): Block[] {
  const first = file[0];
  if (first === undefined) return [fault('it is empty')];
  // Every packet begins with a byte whose highest bit is set; no text that is meant to be read does.
  if (first >= 0x80) return [{ kind: 'packets', bytes: file, isDamaged: false }];
  const blocks: Block[] = [];
  const lines = linesOf(file);
  for (let next = lines.next(); !next.done; next = lines.next()) {
    const label = BEGIN.exec(next.value)?.[1];
    if (label === undefined) continue;
    if (blocks.length === most) return [fault(`it has more than ${most} armor blocks`)];
    if (label === 'PGP SIGNED MESSAGE') return [...blocks, fault('it is a clearsigned text, not a detached signature')];
    blocks.push(readBlock(lines));
  }
  return blocks.length > 0 ? blocks : [fault(whyNoBlock(file))];
}

function* linesOf(file: Buffer): Generator<string, void, undefined> {
  for (let start = 0; start < file.length; ) {
    const found = file.indexOf(0x0a, start);
    const end = found < 0 ? file.length : found;
    yield file.toString('latin1', start, end).trim();
    start = end + 1;
  }
}

/** After its BEGIN line. Header lines, mostly `Version: ...`, come first; the empty line after them is often forgotten. */
function readBlock(lines: Iterator<string, void, undefined>): Block {
  const data: string[] = [];
  let checksum: string | null = null;
  let inHeaders = true;
  for (let next = lines.next(); !next.done; next = lines.next()) {
    const line = next.value;
    if (END.test(line)) return decode(data.join(''), checksum);
    if (line === '') {
      inHeaders = false;
      continue;
    }
    if (inHeaders && HEADER.test(line)) continue;
    inHeaders = false;
    const sum = CHECKSUM.exec(line)?.[1];
    if (sum !== undefined) checksum = sum;
    else if (checksum === null && DATA.test(line)) data.push(line);
    else return fault('its armor holds what is not base64');
  }
  return fault('its armor is cut off before its END line');
}

function decode(text: string, checksum: string | null): Block {
  // What is padded in the middle would be dropped silently by the decoder.
  if (!/^[^=]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1) return fault('its base64 is broken');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0) return fault('its armor is empty');
  const isDamaged = checksum !== null && Buffer.from(checksum, 'base64').readUIntBE(0, 3) !== crc24(bytes);
  return { kind: 'packets', bytes, isDamaged };
}

/** Certificates for people to pass on. */
export function armoredKeys(packets: Uint8Array): string {
  const body = Buffer.from(packets)
    .toString('base64')
    .replace(/(.{64})(?=.)/g, '$1\n');
  const sum = Buffer.alloc(3);
  sum.writeUIntBE(crc24(packets), 0, 3);
  return `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${body}\n=${sum.toString('base64')}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
}

function whyNoBlock(file: Buffer): string {
  const head = file.subarray(0, 512).toString('latin1').trim().toLowerCase();
  if (head === '') return 'it is blank';
  return head.startsWith('<') ? 'it is a web page' : 'it has no armor block';
}

function fault(why: string): Block {
  return { kind: 'fault', why };
}

const CRC24_INIT = 0xb704ce;
const CRC24_POLYNOMIAL = 0x864cfb;
const CRC24_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 16;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ ((crc & 0x800000) === 0 ? 0 : CRC24_POLYNOMIAL);
  return crc & 0xffffff;
});

function crc24(bytes: Uint8Array): number {
  let crc = CRC24_INIT;
  for (const byte of bytes) crc = ((crc << 8) & 0xffffff) ^ (CRC24_TABLE[(crc >> 16) ^ byte] ?? 0);
  return crc;
}
