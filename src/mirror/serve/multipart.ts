// Several ranges in one answer (RFC 9110 14.6).

import type { FileRange } from './answer.ts';
import type { Span } from './delivery.ts';
import type { ByteRange } from './range.ts';
import type { Representation } from './representation.ts';

/** The file's own digest is the boundary: no file holds its own SHA-256, and no chance is needed. */
export function multipart(what: Representation, parts: readonly ByteRange[]): Span {
  const boundary = what.sha256;
  const type = what.contentHeaders['content-type'] ?? 'application/octet-stream';
  const pieces: (FileRange | Buffer)[] = [];
  for (const { first, last } of parts) {
    const head = `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: bytes ${first}-${last}/${what.size}\r\n\r\n`;
    pieces.push(Buffer.from(head, 'latin1'), { start: first, length: last - first + 1 });
  }
  pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1'));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const headers = {
    ...what.wholeHeaders,
    'content-type': `multipart/byteranges; boundary=${boundary}`,
    'content-length': String(length),
  };
  return { kind: 'span', status: 206, headers, pieces, length };
}
