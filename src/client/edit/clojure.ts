// Entries for a map of maps and vectors in a Clojure or EDN file: put where such a map is already, or in a new one.

import { escaped } from '../settings/wish.ts';
import { entriesOf, type Form, readForms } from './clojure-reader.ts';
import { type Piece, type Placed, unsafe } from './marked.ts';

/** A key whose value is a map or a vector, and what goes into that: lines that each are whole forms. */
export interface Wanted {
  readonly key: string;
  readonly kind: 'map' | 'vector';
  readonly lines: readonly string[];
}

/** What in the collection that a key has already would contradict our entries: told in words, or null. */
export type Objection = (key: string, collection: Form) => string | null;

/** Places what is wanted below `within` (a key of the outermost map; null: in that map itself). `head` are comments for the first piece. */
export function placeInClojure(
  text: string,
  within: string | null,
  wanted: readonly Wanted[],
  head: readonly string[],
  objection: Objection,
): Placed {
  const read = readForms(text);
  if (read.kind === 'fault') return unsafe(`line ${read.line} cannot be read: ${read.sentence}`);
  const [top, more] = read.forms;
  if (top === undefined || top.kind !== 'map' || more !== undefined) return unsafe('it does not hold one map');
  const map = within === null ? top : under(top, within);
  if (map === null) {
    const below = wanted.flatMap(({ key, kind, lines }) => opened(key, kind, lines));
    return { kind: 'placed', pieces: [pieceIn(text, top, [...head, ...opened(within ?? '', 'map', below)])] };
  }
  if (map.kind !== 'map') return unsafe(`${within} is no map`);
  const pieces: Piece[] = [];
  const fresh: string[] = [];
  for (const { key, kind, lines } of wanted) {
    const value = under(map, key);
    if (value === null) {
      fresh.push(...opened(key, kind, lines));
      continue;
    }
    if (value.kind !== kind) return unsafe(`${key} is no ${kind}`);
    const contradiction = objection(key, value);
    if (contradiction !== null) return unsafe(contradiction);
    pieces.push(pieceIn(text, value, lines));
  }
  if (fresh.length > 0) pieces.unshift(pieceIn(text, map, fresh));
  return { kind: 'placed', pieces: pieces.map((piece, index) => (index === 0 ? withHead(piece, head) : piece)) };
}

function withHead(piece: Piece, head: readonly string[]): Piece {
  return { ...piece, lines: [...head, ...piece.lines] };
}

/** Behind the bracket that opens it, in the column of what stands there. */
function pieceIn(text: string, collection: Form, lines: readonly string[]): Piece {
  const offset = collection.end - collection.text.length + 1;
  const column = offset - (text.lastIndexOf('\n', offset - 1) + 1);
  return { offset, indent: ' '.repeat(column), lines };
}

function under(map: Form, key: string): Form | null {
  return entriesOf(map).find(([each]) => each.kind === 'atom' && each.text === key)?.[1] ?? null;
}

/** `:mirrors {…}` for what is not there yet. */
function opened(key: string, kind: Wanted['kind'], lines: readonly string[]): string[] {
  const [open, close] = kind === 'map' ? ['{', '}'] : ['[', ']'];
  const blanks = ' '.repeat(key.length + 2);
  const indented = lines.map((line, index) => (index === 0 ? `${key} ${open}${line}` : blanks + line));
  return indented.map((line, index) => (index === indented.length - 1 ? `${line}${close}` : line));
}

/** How the text inside of a Clojure string is written. */
export function clojureString(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** Whether a mirror's key, a name or a regular expression, would match one of these. Java's expressions are read as JavaScript's, which is near enough to ask a person. */
export function matchesAny(key: Form, names: readonly string[]): boolean {
  if (key.kind === 'string') return names.includes(key.text);
  if (key.kind !== 'pattern') return false;
  try {
    const pattern = new RegExp(`^(?:${key.text})$`);
    return names.some((name) => pattern.test(name));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return names.some((name) => key.text.includes(escaped(name)) || key.text.includes(name));
  }
}
