// The pages of an assay upstream's signed inventory, each proven before a word of it is believed: by its signature, by what was seen before, and by
// the order of its rows.

import { PAGE_CEILING, type PageHead, type PageRow, readPage } from '../../inventory/page.ts';
import type { SourceTrouble } from '../contract.ts';
import { troubleIn } from './asker.ts';
import { type Mark, markAfter, recallMark, rememberMark } from './inventory-mark.ts';
import type { WebSession } from './session.ts';

/** What is asked for: what comes after a cursor, or the rows whose paths begin so. */
export interface PageQuery {
  readonly after: string | null;
  readonly prefix?: string;
}

export type UpstreamPage =
  | {
      readonly kind: 'page';
      readonly head: PageHead;
      readonly rows: readonly PageRow[];
      /** Newest generation of which nothing more comes. */
      readonly settled: number;
    }
  /** The cursor is of another database than the one that answers. */
  | { readonly kind: 'void' }
  | SourceTrouble;

export interface InventoryPages {
  ask(query: PageQuery, signal: AbortSignal): Promise<UpstreamPage>;
  /** What was seen is not to be undone by an older page. Call when nothing is being written. */
  keep(): void;
  fault(why: string): SourceTrouble;
}

/** As many as the upstream gives at once. */
const ROWS = 2000;

export function inventoryPages({ place, asker, memory, publicKey, clock }: WebSession): InventoryPages {
  const home = new URL('/-/inventory', place.url);
  const fault = (why: string): SourceTrouble => ({
    kind: 'trouble',
    trouble: 'protocol',
    sentence: `${home.href}: ${why}.`,
  });
  let mark: Mark | null = recallMark(memory);
  return {
    async ask({ after, prefix }, signal) {
      const url = new URL(home);
      url.searchParams.set('count', String(ROWS));
      if (after !== null) url.searchParams.set('after', after);
      if (prefix !== undefined) url.searchParams.set('prefix', prefix);
      const came = await asker.ask({ method: 'GET', url, ceilingBytes: PAGE_CEILING, keep: true }, signal);
      if (came.kind === 'absent' && came.status === 410) return { kind: 'void' };
      if (came.kind !== 'answer') return troubleIn(came, home.href);
      const page = readPage(came.answer.body.bytes, publicKey === null ? [] : [publicKey]);
      if (page.kind === 'bad') return fault(page.why);
      const { head, rows } = page;
      const next = markAfter(mark, head, clock.now());
      if (typeof next === 'string') return fault(next);
      mark = next;
      return { kind: 'page', head, rows, settled: head.is_open ? head.generation - 1 : head.generation };
    },
    keep() {
      if (mark !== null) rememberMark(memory, mark);
    },
    fault,
  };
}
