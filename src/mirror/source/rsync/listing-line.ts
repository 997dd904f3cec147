// One line of `--out-format='TOKEN%i %l %M %n//%L'`. TOKEN is drawn for each run and never told to the server, so that no message that a server
// has rsync print (`skipping ...`, or anything it likes) passes for a line of ours. rsync never prints a name with an empty segment: the first
// `//` ends it.

export interface ListingLine {
  readonly type: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
  /** Milliseconds UTC. */
  readonly mtime: number;
  /** In rsync's spelling; without the slash that ends a folder's. A view into the line. */
  readonly name: Buffer;
  /** Where a link points, in rsync's spelling. */
  readonly target: Buffer | null;
}

const ITEM_LENGTH = 11;
const SPACE = 0x20;
const SLASH = 0x2f;
const ARROW = ' -> ';

export function listingFormat(token: string): string {
  return `${token}%i %l %M %n//%L`;
}

/** Null when the line is not in the format; `line` begins with the token and has no line end. */
export function parseListingLine(line: Buffer, tokenLength: number): ListingLine | null {
  const sizeAt = tokenLength + ITEM_LENGTH + 1;
  const timeAt = line.indexOf(SPACE, sizeAt) + 1;
  const nameAt = timeAt === 0 ? 0 : line.indexOf(SPACE, timeAt) + 1;
  if (nameAt === 0) return null;
  const end = endOfName(line, nameAt);
  const size = digits(line, sizeAt, timeAt - 1);
  const mtime = parseTime(line, timeAt, nameAt - 1);
  if (end <= nameAt || size < 0 || Number.isNaN(mtime)) return null;
  const type = typeOf(line[tokenLength + 1]);
  return {
    type,
    size,
    mtime,
    name: line.subarray(nameAt, end),
    target: type === 'link' ? targetOf(line, end + 2) : null,
  };
}

function typeOf(letter: number | undefined): ListingLine['type'] {
  if (letter === 0x66) return 'file';
  if (letter === 0x64) return 'folder';
  return letter === 0x4c ? 'link' : 'other';
}

function endOfName(line: Buffer, from: number): number {
  for (let at = line.indexOf(SLASH, from); at !== -1; at = line.indexOf(SLASH, at + 1)) {
    if (line[at + 1] === SLASH) return at;
  }
  return -1;
}

function targetOf(line: Buffer, from: number): Buffer {
  const arrow = line.toString('latin1', from, from + ARROW.length) === ARROW;
  return line.subarray(arrow ? from + ARROW.length : from);
}

/** `2026/11/21-04:16:05`; a year may have more digits. NaN for anything else. */
function parseTime(line: Buffer, from: number, to: number): number {
  const year = to - 15;
  if (year - from < 4) return Number.NaN;
  const month = digits(line, year + 1, year + 3);
  const day = digits(line, year + 4, year + 6);
  const hours = digits(line, year + 7, year + 9);
  const minutes = digits(line, year + 10, year + 12);
  const seconds = digits(line, year + 13, year + 15);
  if (Math.min(month, day, hours, minutes, seconds) < 0) return Number.NaN;
  return Date.UTC(digits(line, from, year), month - 1, day, hours, minutes, seconds);
}

/** -1 unless all of it is digits and the number is exact. */
function digits(line: Buffer, from: number, to: number): number {
  if (to <= from) return -1;
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = (line[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return Number.isSafeInteger(number) ? number : -1;
}
