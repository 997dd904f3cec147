// rsync writes a name's control characters as `\#ooo`, and a backslash as `\#134` only where `#ddd` follows: reversible, byte for byte.
// With `-8` all other bytes come as they are, so a name is bytes until it has proved to be UTF-8.

import { isUtf8 } from 'node:buffer';

/** `text` is null for bytes that are not UTF-8. `spelling` is always printable: rsync's own, with `\#ooo` for what is not text. */
export interface Name {
  readonly text: string | null;
  readonly spelling: string;
}

const OUT_OF_ORDINARY = /[\\\x80-\xff]/;
const ESCAPE = /\\#([0-3][0-7]{2})/g;

/** The name that rsync spelled as `raw`. */
export function readName(raw: Buffer): Name {
  const spelled = raw.toString('latin1');
  if (!OUT_OF_ORDINARY.test(spelled)) return { text: spelled, spelling: spelled };
  const bytes = Buffer.from(unescapeName(spelled), 'latin1');
  const text = isUtf8(bytes) ? bytes.toString('utf8') : null;
  return { text, spelling: isUtf8(raw) ? raw.toString('utf8') : escapeBytes(spelled) };
}

/** One pass over latin1 text: what an escape stands for is never read as part of another. */
export function unescapeName(spelled: string): string {
  return spelled.replace(ESCAPE, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function escapeBytes(latin1: string): string {
  return latin1.replace(/[\x80-\xff]/g, (byte) => `\\#${byte.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
