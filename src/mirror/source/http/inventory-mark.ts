// How far the inventory of an assay upstream was seen. Its pages are signed, so nobody can make one up; old ones can be shown again, and this is
// what notices.

import { DAY, HOUR } from '../../../host/clock.ts';
import type { PageHead } from '../../inventory/page.ts';
import type { SourceMemory } from '../contract.ts';

/** The newest that was ever seen, and the lineages that came before its own. */
export interface Mark {
  readonly lineage: string;
  readonly generation: number;
  readonly former: readonly string[];
}

const KEY = 'inventory';
const FORMER_CEILING = 100;
/** Pages are signed as they are asked for. Clocks may be wrong; one that is wrong by more than this tells of it here. */
const OLD_MS = 2 * DAY;

export function recallMark(memory: SourceMemory): Mark | null {
  const text = memory.recall(KEY);
  return text === null ? null : (JSON.parse(text) as Mark);
}

export function rememberMark(memory: SourceMemory, mark: Mark): void {
  const text = JSON.stringify(mark);
  if (memory.recall(KEY) !== text) memory.remember(KEY, text);
}

/** The mark after a page with this head, or why such a page is not believed. Another lineage is another database, and begins anew. */
export function markAfter(mark: Mark | null, head: PageHead, now: number): Mark | string {
  const ageMs = now - Date.parse(head.made_at);
  if (ageMs > OLD_MS) {
    const hours = Math.floor(ageMs / HOUR);
    return `it was signed ${hours} hours ago: an old page is shown again, or one of the two clocks is wrong`;
  }
  const { lineage, generation } = head;
  if (mark === null) return { lineage, generation, former: [] };
  if (mark.former.includes(lineage)) {
    return 'it is of a database that the upstream has given up: an old page is shown again';
  }
  if (mark.lineage !== lineage) {
    return { lineage, generation, former: [...mark.former, mark.lineage].slice(-FORMER_CEILING) };
  }
  if (generation < mark.generation) {
    return `it went back from generation ${mark.generation} to ${generation}: an old page is shown again, or the upstream's disk was set back without \`assay restore\``;
  }
  return { ...mark, generation };
}
