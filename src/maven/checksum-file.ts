// The many real shapes of `.md5`, `.sha1`, `.sha256` and `.sha512` files.

import type { SumAlgorithm } from './kind.ts';

export type ChecksumFile =
  /** Lower-case hex of the right length. */
  | { readonly kind: 'digest'; readonly hex: string }
  /** A web page where a sum should be: an error page of a proxy, or of the origin itself. */
  | { readonly kind: 'page' }
  /** `excerpt` is the beginning of the first line, printable as it is. */
  | { readonly kind: 'malformed'; readonly excerpt: string };

const HEX_LENGTH: Readonly<Record<SumAlgorithm, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };

/** No sum is longer, with any name beside it; the rest of a longer file is not looked at. */
const TEXT_CEILING = 4096;
const EXCERPT_LENGTH = 80;

/**
 * Reads a sum as Maven Resolver does (first line that is not blank; `ALGORITHM(name)= hex`, else the token before the first blank), and also the
 * shapes that old tools wrote: `hex *name`, `name: hex`, hex in groups over several lines. Upper case is folded. Never throws.
 */
export function parseChecksumFile(text: string, algorithm: SumAlgorithm): ChecksumFile {
  // The second form is a byte order mark in a text that was read as Latin-1.
  const body = text
    .slice(0, TEXT_CEILING)
    .replace(/^(?:\ufeff|\xef\xbb\xbf)/, '')
    .trim();
  if (/^<[a-z!?]/i.test(body)) return { kind: 'page' };
  const line = (/^[^\r\n]*/.exec(body)?.[0] ?? '').trimEnd();
  const tokens = line.split(/\s+/);
  // In the order in which clients look: a line that can be read in two ways must not be one sum to us and another to them.
  const inClientsOrder = /= [0-9a-f]+$/i.test(line) ? [tokens.at(-1), tokens[0]] : [tokens[0], tokens.at(-1)];
  for (const candidate of [...inClientsOrder, afterEquals(line), afterColon(body)])
    if (candidate !== undefined && isHex(candidate, algorithm)) return { kind: 'digest', hex: candidate.toLowerCase() };
  return { kind: 'malformed', excerpt: line.slice(0, EXCERPT_LENGTH).replace(/[^\x20-\x7e\u00a1-\uffff]/g, '?') };
}

function afterEquals(line: string): string | undefined {
  return line.includes(')') ? line.slice(line.lastIndexOf('=') + 1).trim() : undefined;
}

/** `gpg --print-md` and old Apache releases: `name: 1234 ABCD ...`, wrapped over lines. The name may hold colons, hex never does. */
function afterColon(body: string): string | undefined {
  const colon = body.lastIndexOf(':');
  return colon === -1 ? undefined : body.slice(colon + 1).replace(/\s+/g, '');
}

function isHex(text: string, algorithm: SumAlgorithm): boolean {
  return text.length === HEX_LENGTH[algorithm] && /^[0-9a-f]+$/i.test(text);
}
