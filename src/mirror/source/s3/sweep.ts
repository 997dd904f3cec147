// One listing of many keys, in parts side by side. Nobody knows in advance where the keys are: whoever has nothing left to list takes over the
// second half of what another one has still before it.

import type { SourceTrouble } from '../contract.ts';
import { type AskPage, type BucketObject, joinedPages } from './joined-pages.ts';
import { cutsBetween, isWithin, type KeyRange } from './range.ts';

export interface Sweep {
  readonly ask: AskPage;
  /** For people: what is listed. */
  readonly name: string;
  /** Parts at a time; each holds two pages in memory. */
  readonly width: number;
  /** The keys of each page as it comes; pages of one part in their order, those of different parts in none. No key is told twice. */
  onObjects(objects: readonly BucketObject[]): void;
  /** Asked before each page. */
  mayGoOn(): SourceTrouble | null;
}

/** A part that is being listed. */
interface Part {
  /** The last key that was told. */
  at: string;
  upTo: string | null;
  /** Since it began, or since its second half was taken over. */
  pages: number;
}

/** A part is worth halving when it has proved to be longer than this many pages. */
const LONG_PAGES = 4;
/** One that could not be parted has to go on for so many more before that is tried again. */
const AGAIN_PAGES = 16;

/** Lists every key of the ranges, which do not overlap. The first trouble ends it, for half a listing is none; null is a good end. */
export async function sweep(
  ranges: readonly KeyRange[],
  course: Sweep,
  signal: AbortSignal,
): Promise<SourceTrouble | null> {
  const own = new AbortController();
  const until = AbortSignal.any([signal, own.signal]);
  const waiting: Part[] = ranges.map(({ after, upTo }) => ({ at: after, upTo, pages: 0 }));
  const running = new Set<Part>();
  let change = Promise.withResolvers<void>();
  let end: (() => SourceTrouble | null) | null = null;
  const tell = () => {
    change.resolve();
    change = Promise.withResolvers();
  };
  const finish = (how: () => SourceTrouble | null) => {
    end ??= how;
    own.abort();
  };
  const nextPart = async (): Promise<Part | null> => {
    while (end === null) {
      // Taken before anything is looked at: what changes meanwhile is not missed.
      const changed = change.promise;
      const part = waiting.shift() ?? (await halve(running, course, until));
      if (part !== null && 'trouble' in part) finish(() => part);
      else if (part !== null) return part;
      else if (running.size === 0) return null;
      else await changed;
    }
    return null;
  };
  const worker = async () => {
    try {
      for (let part = await nextPart(); part !== null; part = await nextPart()) {
        running.add(part);
        const trouble = await listPart(part, course, until, tell);
        running.delete(part);
        tell();
        if (trouble !== null) finish(() => trouble);
      }
    } catch (error) {
      finish(() => {
        throw error;
      });
    }
    tell();
  };
  await Promise.all(Array.from({ length: Math.max(1, course.width) }, worker));
  return (end as (() => SourceTrouble | null) | null)?.() ?? null;
}

/** Null when it was listed to its end. */
async function listPart(
  part: Part,
  course: Sweep,
  signal: AbortSignal,
  onPage: () => void,
): Promise<SourceTrouble | null> {
  const pages = joinedPages(course.ask, course.name, part.at);
  for (;;) {
    const stop = course.mayGoOn();
    if (stop !== null) return stop;
    const page = await pages.next(signal);
    if (page.kind === 'trouble') return page;
    // Its second half may have been taken over while the page was on its way.
    const mine = page.objects.filter(({ key }) => isWithin(key, part.upTo));
    if (mine.length > 0) course.onObjects(mine);
    part.at = mine.at(-1)?.key ?? part.at;
    part.pages += 1;
    onPage();
    if (page.isLast || mine.length < page.objects.length) return null;
  }
}

/** Takes over the second half of the longest part; null when none is long, or what is left of them cannot be parted. */
async function halve(running: ReadonlySet<Part>, course: Sweep, signal: AbortSignal) {
  const long = [...running].filter(({ pages }) => pages >= LONG_PAGES).toSorted((a, b) => b.pages - a.pages);
  for (const part of long) {
    // Nobody else halves it meanwhile.
    part.pages = -AGAIN_PAGES;
    for (const cut of cutsBetween(part.at, part.upTo)) {
      const probe = await course.ask(cut, 1, signal);
      if (probe.kind === 'trouble') return probe;
      const first = probe.objects[0]?.key;
      const isBehind = running.has(part) && !isWithin(cut, part.at);
      if (!isBehind || first === undefined || !isWithin(first, part.upTo)) continue;
      const half: Part = { at: cut, upTo: part.upTo, pages: 0 };
      part.upTo = cut;
      part.pages = 0;
      return half;
    }
  }
  return null;
}
