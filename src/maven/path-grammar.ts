// Which names may become repository paths. Everything here is an attacker's choice: the origin's, or a client's request.

const SEGMENT_BYTES = 255;
const PATH_BYTES = 1024;
/** No UTF-16 unit becomes more than three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/** First segments that are ours (DESIGN 5.2): never taken from a source as artifacts. */
export type ReservedSegment = '-' | '.meta' | '.well-known' | '.index';

const RESERVED: readonly ReservedSegment[] = ['-', '.meta', '.well-known', '.index'];

export function reservedSegment(path: string): ReservedSegment | null {
  const slash = path.indexOf('/');
  const first = slash === -1 ? path : path.slice(0, slash);
  return RESERVED.find((segment) => segment === first) ?? null;
}

/** Why a name may not be a repository path, in a few words for people, or null when it may. */
export function pathFault(path: string): string | null {
  if (path === '') return 'empty name';
  if (path.startsWith('/')) return 'absolute path';
  const forbidden = forbiddenCharacter(path);
  if (forbidden !== null) return forbidden;
  // A proxy or a CDN that decodes once too often would turn these into separators and dots.
  if (path.includes('%') && /%(?:2e|2f|5c|00)/i.test(path)) return 'percent-encoded dot, separator or NUL';
  for (const segment of path.split('/')) {
    const fault = segmentFault(segment);
    if (fault !== null) return fault;
  }
  return isOver(PATH_BYTES, path) ? `path over ${PATH_BYTES} bytes` : null;
}

function segmentFault(segment: string): string | null {
  if (segment === '') return 'empty segment';
  if (segment === '.' || segment === '..') return `segment ${segment}`;
  return isOver(SEGMENT_BYTES, segment) ? `segment over ${SEGMENT_BYTES} bytes` : null;
}

function isOver(bytes: number, text: string): boolean {
  return text.length * BYTES_PER_UNIT > bytes && Buffer.byteLength(text) > bytes;
}

function forbiddenCharacter(path: string): string | null {
  for (let at = 0; at < path.length; at += 1) {
    const unit = path.charCodeAt(at);
    if (unit >= 0x20 && unit < 0x7f && unit !== 0x5c) continue;
    if (unit === 0x5c) return 'backslash';
    if (unit < 0xa0) return 'control character';
    if (unit === 0x2028 || unit === 0x2029) return 'line separator';
    if (isInvisible(unit)) return 'invisible character';
  }
  return path.isWellFormed() ? null : 'not Unicode';
}

/** Text directions and zero widths make one name look like another (Unicode TR 36). */
function isInvisible(unit: number): boolean {
  return (
    (unit >= 0x200b && unit <= 0x200f) ||
    (unit >= 0x202a && unit <= 0x202e) ||
    (unit >= 0x2060 && unit <= 0x2069) ||
    unit === 0x061c ||
    unit === 0xfeff
  );
}
