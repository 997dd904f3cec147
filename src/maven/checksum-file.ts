// The many real shapes of `.md5`, `.sha1`, `.sha256` and `.sha512` files.

import type { SumAlgorithm } from './kind.ts';

export type ChecksumFile =
  /** Lower-case hex of the right length. */
  | { readonly kind: 'digest'; readonly hex: string }
  /** A web page where a sum should be: an error page of a proxy, or of the origin itself. */
  | { readonly kind: 'page' }
  | { readonly kind: 'malformed'; readonly excerpt: string };

const HEX_LENGTH: Readonly<Record<SumAlgorithm, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };

/**
 * Reads a sum as Maven Resolver does (first line that is not blank; `ALGORITHM(name)= hex`, else the token before the first blank), and also the
 * shapes that old tools wrote: `hex *name`, `name: hex`, hex in groups over several lines. Upper case is folded. Never throws.
 */
export function parseChecksumFile(text: string, algorithm: SumAlgorithm): ChecksumFile {
  const body = text.replace(/^(?:\ufeff|\xef\xbb\xbf)/, '').trim();
  if (/^<(?:!doctype|html|head|\?xml|!--)/i.test(body)) return { kind: 'page' };
  const line = body.split(/[\r\n]/, 1)[0]?.trim() ?? '';
  const candidates = [afterEquals(line), line.split(/\s/, 1)[0] ?? '', lastToken(line), afterColon(body)];
  for (const candidate of candidates)
    if (isHex(candidate, algorithm)) return { kind: 'digest', hex: candidate.toLowerCase() };
  return { kind: 'malformed', excerpt: line.slice(0, 80) };
}

function afterEquals(line: string): string {
  return line.includes(')') ? line.slice(line.lastIndexOf('=') + 1).trim() : '';
}

function lastToken(line: string): string {
  return line.slice(line.search(/\S+$/));
}

/** `gpg --print-md` and old Apache releases: `name: 1234 ABCD ...`, wrapped over lines. */
function afterColon(body: string): string {
  const colon = body.indexOf(':');
  return colon === -1 || body.length > 4096 ? '' : body.slice(colon + 1).replace(/\s+/g, '');
}

function isHex(text: string, algorithm: SumAlgorithm): boolean {
  return text.length === HEX_LENGTH[algorithm] && /^[0-9a-f]+$/i.test(text);
}
