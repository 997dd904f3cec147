// Pages of keys that are proved to join. They are asked for by key and not by a token of the store's: any page can be asked for again, and each
// begins with the last key of the one before, which shows that nothing was left out between the two.

import type { SourceTrouble } from '../contract.ts';
import { compareKeys } from './range.ts';

export interface BucketObject {
  readonly key: string;
  readonly size: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** With or without its quotes. */
  readonly etag: string;
}

export interface KeyPage {
  readonly kind: 'page';
  /** In the order of their UTF-8 bytes. */
  readonly objects: readonly BucketObject[];
  /** Nothing comes after these. */
  readonly isLast: boolean;
}

/** Keys behind `after`, at most `count` of them or as many as the store gives at once. */
export type AskPage = (after: string, count: number | null, signal: AbortSignal) => Promise<KeyPage | SourceTrouble>;

/** Page by page, from behind `after` to the end of the bucket. `name` is for people. */
export function joinedPages(ask: AskPage, name: string, after: string) {
  let before: readonly BucketObject[] = [];
  const next = async (signal: AbortSignal): Promise<KeyPage | SourceTrouble> => {
    const page = await nextPage({ ask, name, after, before }, signal);
    if (page.kind === 'page' && page.objects.length > 0) before = page.objects;
    return page;
  };
  return { next };
}

interface Joint {
  readonly ask: AskPage;
  readonly name: string;
  readonly after: string;
  /** The page that the next one has to join. */
  readonly before: readonly BucketObject[];
}

/** A page that is out of order or does not join is asked for once more before it is called wrong. */
async function nextPage(joint: Joint, signal: AbortSignal): Promise<KeyPage | SourceTrouble> {
  const { before } = joint;
  // With a single key on the page before there is none to spare for an overlap.
  const isOverlapping = before.length > 1;
  const after = before.at(isOverlapping ? -2 : -1)?.key ?? joint.after;
  for (let isRepeated = false; ; isRepeated = true) {
    const page = await joint.ask(after, null, signal);
    if (page.kind === 'trouble') return page;
    const fault = orderFault(page.objects, after);
    if (fault !== null && isRepeated) return disordered(joint.name, fault);
    if (fault !== null) continue;
    if (!isOverlapping) return page;
    if (page.objects[0]?.key === before.at(-1)?.key) return { ...page, objects: page.objects.slice(1) };
    if (isRepeated) return await withoutOverlap(joint, page, signal);
  }
}

/** The key that should join two pages does not come again: it was deleted meanwhile, or the store leaves keys out. A look from further back tells. */
async function withoutOverlap(joint: Joint, page: KeyPage, signal: AbortSignal): Promise<KeyPage | SourceTrouble> {
  const anchor = joint.before.at(-2)?.key ?? joint.after;
  const wider = await joint.ask(joint.before.at(-3)?.key ?? joint.after, null, signal);
  if (wider.kind === 'trouble') return wider;
  const next = wider.objects.find(({ key }) => compareKeys(key, anchor) > 0)?.key;
  const first = page.objects[0]?.key;
  // What is deleted now may be missing from the later of the two answers, never from the earlier alone.
  const isLeftOut = next !== undefined && (first === undefined || compareKeys(next, first) < 0);
  return isLeftOut ? disordered(joint.name, `${next} was left out after ${anchor}`) : page;
}

function orderFault(objects: readonly BucketObject[], after: string): string | null {
  let last = after;
  for (const { key } of objects) {
    if (compareKeys(key, last) <= 0) return `${key} comes after ${last}`;
    last = key;
  }
  return null;
}

function disordered(name: string, what: string): SourceTrouble {
  const sentence = `${name}: the listing repeats keys or leaves some out (${what}); nothing was concluded from it.`;
  return { kind: 'trouble', trouble: 'protocol', sentence };
}
