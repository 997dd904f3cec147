// XML of strangers: no external entity is ever looked for, and a document's own entities are not expanded. A document that uses one it declares
// itself is not well-formed to us; one that only has a document type is.

import { SaxesParser } from 'saxes';

export const XML_CEILING = 16 * 1024 * 1024;
const DEPTH_CEILING = 64;
const REASON_LENGTH = 200;

/** Paths of elements that anybody asks for are shorter; a longer one becomes this, so that huge names are not joined again and again. */
const PATH_CEILING = 120;
const LONG_PATH = '?';

interface Element {
  /** Names from the root, `a/b/c`. */
  readonly path: string;
  /** Its own text and CDATA, without that of its children. */
  text: string;
}

/**
 * Tells `onClose` of each element as it ends, children before parents, text trimmed. Gives why the bytes are no well-formed XML, printable and
 * short, or null. Elements that came before a fault were told already.
 */
export function readXml(bytes: Uint8Array, onClose: (path: string, text: string) => void): string | null {
  if (bytes.length > XML_CEILING) return `over ${XML_CEILING} bytes`;
  const encoding = encodingOf(bytes);
  const text = decode(bytes, encoding);
  if (text === null) return printable(`the bytes are not ${encoding}`);
  const parser = new SaxesParser();
  const open: Element[] = [];
  const faults: Error[] = [];
  parser.on('error', (error) => {
    faults.push(error);
    throw error;
  });
  parser.on('opentag', (tag) => {
    if (open.length === DEPTH_CEILING) parser.fail(`more than ${DEPTH_CEILING} levels deep`);
    open.push({ path: pathOf(open.at(-1), tag.name), text: '' });
  });
  const onText = (part: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element !== undefined) onClose(element.path, element.text.trim());
  });
  try {
    parser.write(text).close();
    return null;
  } catch (error) {
    const [fault] = faults;
    if (fault === undefined || fault !== error) throw error;
    return printable(fault.message);
  }
}

/** Why the bytes are no well-formed XML 1.0, for a POM, or null. What is too large to read is a reason too. */
export function wellFormedness(bytes: Uint8Array): string | null {
  return readXml(bytes, () => {});
}

function pathOf(parent: Element | undefined, name: string): string {
  const length = (parent?.path.length ?? 0) + name.length;
  if (length > PATH_CEILING) return LONG_PATH;
  return parent === undefined ? name : `${parent.path}/${name}`;
}

/** Null when the bytes are no such text, or nobody knows such an encoding. */
function decode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

/** By byte order mark, by the width of the first `<`, else by the XML declaration, else UTF-8 (XML 1.0 appendix F). */
function encodingOf(bytes: Uint8Array): string {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  const head = latin1(bytes, 200);
  const declaration = head.startsWith('<?xml') ? head.slice(0, head.indexOf('>') + 1) : '';
  return /\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(declaration)?.[1] ?? 'utf-8';
}

function printable(reason: string): string {
  return reason.slice(0, REASON_LENGTH).replace(/[^\x20-\x7e\u00a1-\uffff]/g, '?');
}

function latin1(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length)).toString('latin1');
}
