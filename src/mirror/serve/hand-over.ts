// What a proxy in front sends in our place: nginx has the tree beside us and hands files from the kernel's memory to the wire. What is sent, and
// with which headers, is decided here all the same.

import type { Answer } from './answer.ts';
import type { Asked, Span } from './delivery.ts';

/** nginx would judge these once more, against what it makes of the file, and not always as we do: such requests are answered here. */
const OURS = ['range', 'if-range', 'if-match', 'if-unmodified-since'] as const;

/**
 * The answer that tells nginx (`X-Accel-Redirect`) to send the file of `path`, whole, below the location that stands for the published tree.
 * Null where the bytes are ours to send. Call when the file was found to be as its row says.
 */
export function handOver(asked: Asked, span: Span, path: string): Answer | null {
  if (asked.handOverAt === null || asked.method !== 'GET' || span.status !== 200) return null;
  if (OURS.some((name) => asked.headers[name] !== undefined)) return null;
  // Length and ranges are those of the file, which nginx adds itself: twice is once too often.
  const { 'content-length': _length, 'accept-ranges': _ranges, ...headers } = span.headers;
  const at = asked.handOverAt + path.split('/').map(encodeURIComponent).join('/');
  return { status: 200, headers: { ...headers, 'content-length': '0', 'x-accel-redirect': at }, body: null };
}
