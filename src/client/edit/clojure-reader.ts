// Where the forms of a Clojure or EDN file lie, as far as an edit needs to know. Nothing is evaluated, and what is not understood is left alone.

/** `text` of a string is what it holds, escapes unread; of anything without parts, how it is written. */
export interface Form {
  readonly kind: 'map' | 'vector' | 'list' | 'set' | 'string' | 'pattern' | 'atom' | 'tagged';
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly parts: readonly Form[];
}

/** Throws it where the text is no Clojure; `at` is an offset. */
class Unreadable extends Error {
  readonly at: number;

  constructor(sentence: string, at: number) {
    super(sentence);
    this.at = at;
  }
}

export type ReadForms =
  | { readonly kind: 'forms'; readonly forms: readonly Form[] }
  | { readonly kind: 'fault'; readonly sentence: string; readonly line: number };

const DEPTH_CEILING = 200;
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const KINDS: Readonly<Record<string, Form['kind']>> = { '(': 'list', '[': 'vector', '{': 'map' };
const ATOM_END = /[\s,()[\]{}"`~@;]/;
/** These stand before a form and make another of it, whose parts mean something else. */
const PREFIXES = ["'", '`', '~@', '~', '@', "#'", '#?@', '#?', '#='];

/** Every form on the outermost level. */
export function readForms(text: string): ReadForms {
  const reader = { text, at: 0, depth: 0 };
  try {
    const forms: Form[] = [];
    for (let form = next(reader); form !== null; form = next(reader)) forms.push(form);
    if (reader.at < text.length) throw new Unreadable(`an unmatched ${text[reader.at]}`, reader.at);
    return { kind: 'forms', forms };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: 'fault', sentence: error.message, line: text.slice(0, error.at).split('\n').length };
  }
}

/** Keys and values of a map, in their order. */
export function entriesOf(map: Form): readonly (readonly [Form, Form])[] {
  return map.parts.flatMap((key, index) => {
    const value = map.parts[index + 1];
    return index % 2 === 0 && value !== undefined ? [[key, value] as const] : [];
  });
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

/** The next form, or null at the end of the text and before a closing bracket. */
function next(reader: Reader): Form | null {
  for (;;) {
    skipBlanks(reader);
    if (!reader.text.startsWith('#_', reader.at)) break;
    reader.at += 2;
    needed(reader, 'a form after #_');
  }
  const { text, at } = reader;
  const first = text[at];
  if (first === undefined || /[)\]}]/.test(first)) return null;
  if (first === '^' || text.startsWith('#^', at)) return readWithMetadata(reader, first === '^' ? 1 : 2);
  if (first === '"') return readQuoted(reader, 'string', 1);
  if (text.startsWith('#"', at)) return readQuoted(reader, 'pattern', 2);
  if (CLOSERS[first] !== undefined) return readCollection(reader, first, 1, KINDS[first] ?? 'list');
  if (text.startsWith('#{', at)) return readCollection(reader, '{', 2, 'set');
  if (text.startsWith('#(', at)) return readCollection(reader, '(', 2, 'tagged');
  const prefix = PREFIXES.find((each) => text.startsWith(each, at));
  if (prefix !== undefined) return readTagged(reader, at + prefix.length);
  if (first === '#') return readTagged(reader, atomEnd(text, at + 1));
  return readAtom(reader);
}

function skipBlanks(reader: Reader): void {
  const blanks = /(?:[\s,]|;[^\n]*|#![^\n]*)*/y;
  blanks.lastIndex = reader.at;
  reader.at += blanks.exec(reader.text)?.[0].length ?? 0;
}

function needed(reader: Reader, what: string): Form {
  const form = next(reader);
  if (form === null) throw new Unreadable(`${what} is missing`, reader.at);
  return form;
}

/** Metadata is a form of its own before the form that it is about; that one is given, its start at the metadata. */
function readWithMetadata(reader: Reader, width: number): Form {
  const start = reader.at;
  reader.at += width;
  needed(reader, 'metadata');
  return { ...needed(reader, 'what the metadata is about'), start };
}

function readTagged(reader: Reader, end: number): Form {
  const start = reader.at;
  reader.at = end;
  const part = needed(reader, 'a form after a tag');
  return { kind: 'tagged', start, end: part.end, text: reader.text.slice(start, part.end), parts: [] };
}

function readQuoted(reader: Reader, kind: 'string' | 'pattern', width: number): Form {
  const start = reader.at;
  const quoted = /(?:[^"\\]|\\[\s\S])*"/y;
  quoted.lastIndex = start + width;
  const found = quoted.exec(reader.text);
  if (found === null) throw new Unreadable('a string without an end', start);
  reader.at = quoted.lastIndex;
  return { kind, start, end: reader.at, text: found[0].slice(0, -1), parts: [] };
}

function readCollection(reader: Reader, open: string, width: number, kind: Form['kind']): Form {
  const start = reader.at;
  if (reader.depth === DEPTH_CEILING) throw new Unreadable(`more than ${DEPTH_CEILING} levels`, start);
  reader.at += width;
  reader.depth += 1;
  const parts: Form[] = [];
  for (let form = next(reader); form !== null; form = next(reader)) parts.push(form);
  if (reader.text[reader.at] !== CLOSERS[open]) throw new Unreadable(`a ${open} that nothing closes`, start);
  reader.at += 1;
  reader.depth -= 1;
  if (kind === 'map' && parts.length % 2 !== 0) throw new Unreadable('a map with a key that has no value', start);
  return { kind, start, end: reader.at, text: reader.text.slice(start, reader.at), parts };
}

/** Symbols, keywords, numbers, and characters such as `\{`. */
function readAtom(reader: Reader): Form {
  const start = reader.at;
  const end = reader.text[start] === '\\' ? atomEnd(reader.text, start + 2) : atomEnd(reader.text, start + 1);
  reader.at = end;
  return { kind: 'atom', start, end, text: reader.text.slice(start, end), parts: [] };
}

function atomEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && !ATOM_END.test(text[end] ?? ' ')) end += 1;
  return end;
}
