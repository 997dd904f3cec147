import type { Counter } from './counter.ts';
import { type LineReader, LONGEST_LINE, lineReader } from './line-reader.ts';
import { emptyHit, type LineParser } from './parse/hit.ts';

/** What was seen since the last commit. */
export interface Seen {
  lines: number;
  rejected: number;
  firstSecond: number | null;
}

/** Bytes in, counts out: every line is counted, rejected, or a comment of its format. Nothing that a line holds can make it fail. */
export function countLines(parser: LineParser, counter: Counter): { readonly reader: LineReader; take(): Seen } {
  const hit = emptyHit();
  let seen: Seen = { lines: 0, rejected: 0, firstSecond: null };
  const reader = lineReader((line) => {
    seen.lines += 1;
    const kind = line.length > LONGEST_LINE ? 'reject' : parser.parse(line, hit);
    if (kind === 'comment') return;
    if (kind === 'reject' || !counter.count(hit)) seen.rejected += 1;
    else if (seen.firstSecond === null || hit.second < seen.firstSecond) seen.firstSecond = hit.second;
  });
  return {
    reader,
    take() {
      const taken = seen;
      seen = { lines: 0, rejected: 0, firstSecond: null };
      return taken;
    },
  };
}
