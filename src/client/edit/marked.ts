// What is put into a file that belongs to somebody else, so that it can be taken out again to the byte: each piece stands between two lines of
// its own, and everything outside of them is left as it was.

/** How a language writes a comment of one line. */
export interface CommentStyle {
  readonly open: string;
  readonly close: string;
}

/** Whole lines that go in at `offset`, each behind `indent`. */
export interface Piece {
  readonly offset: number;
  readonly indent: string;
  readonly lines: readonly string[];
}

/** Where pieces go in a file, or why a person has to do it: `because` goes on after "because". */
export type Placed =
  | { readonly kind: 'placed'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'unsafe'; readonly because: string };

const BEGIN = 'assay begin';
/** The file was not there before. */
const BEGIN_WHOLE = 'assay begin, in a file that assay made';
const END = 'assay end';
/** What stood on the line behind the offset goes on below, in the column that it had. */
const END_JOINED = 'assay end, what follows goes on as before:';

export interface Stripped {
  readonly text: string;
  /** Whether the file was not there before a piece was put in. */
  readonly wasMade: boolean;
  readonly pieces: number;
}

/** Puts pieces in. `stripped` of the result gives `text` again. */
export function insertPieces(text: string, pieces: readonly Piece[], style: CommentStyle, makesFile: boolean): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const mark = (words: string) => `${style.open}${words}${style.close}`;
  const begin = mark(makesFile ? BEGIN_WHOLE : BEGIN);
  let result = text;
  for (const { offset, indent, lines } of pieces.toSorted((a, b) => b.offset - a.offset)) {
    const before = result.slice(0, offset);
    const after = result.slice(offset);
    const column = before.length - lineStart(before);
    const joined = !/^[ \t]*(?:\r?\n|$)/.test(after);
    const block = [begin, ...lines, mark(joined ? END_JOINED : END)].map((line) => (line === '' ? '' : indent + line));
    const whole = block.join(lineEnd);
    const piece =
      offset === 0 ? `${whole}${lineEnd}` : `${lineEnd}${whole}${joined ? lineEnd + ' '.repeat(column) : ''}`;
    result = before + piece + after;
  }
  return result;
}

/** Takes every piece out. Null where a piece has no end: somebody has edited it, and what is theirs cannot be told from what is ours. */
export function strip(text: string, style: CommentStyle): Stripped | null {
  let result = text;
  let wasMade = false;
  let pieces = 0;
  for (let found = findPiece(result, style); found !== 'none'; found = findPiece(result, style)) {
    if (found === 'broken') return null;
    result = result.slice(0, found.start) + result.slice(found.end);
    wasMade ||= found.wasMade;
    pieces += 1;
  }
  return { text: result, wasMade, pieces };
}

type Found = 'none' | 'broken' | { readonly start: number; readonly end: number; readonly wasMade: boolean };

function findPiece(text: string, style: CommentStyle): Found {
  const begin = findMark(text, 0, style, [BEGIN_WHOLE, BEGIN]);
  if (begin === null) return findMark(text, 0, style, [END, END_JOINED]) === null ? 'none' : 'broken';
  const end = findMark(text, begin.end, style, [END_JOINED, END]);
  const again = findMark(text, begin.end, style, [BEGIN_WHOLE, BEGIN]);
  if (end === null || end.start < begin.start || (again !== null && again.start < end.start)) return 'broken';
  const wasMade = begin.words === BEGIN_WHOLE;
  if (begin.start === 0) return { start: 0, end: end.end + lineEndAt(text, end.end), wasMade };
  const start = begin.start - (text[begin.start - 2] === '\r' ? 2 : 1);
  if (end.words === END) return { start, end: end.end, wasMade };
  // The blanks that keep the column, as far as they are still there.
  const rest = end.end + lineEndAt(text, end.end);
  const column = start - lineStart(text.slice(0, start));
  const blanks = /^ */.exec(text.slice(rest, rest + column))?.[0].length ?? 0;
  return { start, end: rest + blanks, wasMade };
}

interface Mark {
  readonly words: string;
  /** Of its line. */
  readonly start: number;
  /** Behind its last word. */
  readonly end: number;
}

/** The first line from `from` on that is one of these marks and nothing else. */
function findMark(text: string, from: number, { open, close }: CommentStyle, words: readonly string[]): Mark | null {
  for (let start = from; start < text.length; ) {
    const stop = text.indexOf('\n', start);
    const end = stop === -1 ? text.length : stop - (text[stop - 1] === '\r' ? 1 : 0);
    const line = text.slice(start, end);
    const found = words.find((each) => line.trim() === `${open}${each}${close}`.trim());
    // Blanks at the end of the line were there before.
    if (found !== undefined) return { words: found, start, end: start + line.trimEnd().length };
    if (stop === -1) return null;
    start = stop + 1;
  }
  return null;
}

function lineEndAt(text: string, at: number): number {
  if (text.startsWith('\r\n', at)) return 2;
  return text[at] === '\n' ? 1 : 0;
}

function lineStart(before: string): number {
  return before.lastIndexOf('\n') + 1;
}

/** The blanks that the line at `offset` begins with. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text.slice(0, offset))))?.[0] ?? '';
}

/** Below everything that is there. */
export function placeAtEnd(text: string, lines: readonly string[]): Placed {
  const end = text.endsWith('\n') ? text.length - (text.endsWith('\r\n') ? 2 : 1) : text.length;
  return { kind: 'placed', pieces: [{ offset: end, indent: '', lines }] };
}

export function unsafe(because: string): Placed {
  return { kind: 'unsafe', because };
}
