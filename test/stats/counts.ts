import { add, type Counted, type Downloads, type MutableDownloads } from '../../src/stats/tally.ts';

export function tally(...counts: readonly Counted[]): Downloads {
  const sum: MutableDownloads = new Map();
  for (const count of counts) add(sum, count);
  return sum;
}
