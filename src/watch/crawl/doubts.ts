// What is to be asked again, a while after it was asked first.

import type { CrawlVerdict } from './judge.ts';
import type { Sight } from './sight.ts';

export interface Doubt {
  readonly root: string;
  readonly paths: Set<string>;
  readonly dueAt: number;
}

export interface Doubts {
  /** False when so many of its kind were in doubt already that this one only counts with them. */
  add(sight: Sight, now: number): boolean;
  /** One whose time has come. */
  take(now: number): Doubt | null;
  /** When the next is due; null when none waits. What nobody answered has its time when nothing else is left to be asked: of a mirror that is silent there is no telling about single paths. */
  nextAt(): number | null;
}

/** Enough to be sure of what is wrong with a mirror, and no second crawl of it. */
const MOST_OF_A_KIND = 100;

export function openDoubts(pauseMs: number): Doubts {
  const waiting: Doubt[] = [];
  const unanswered: Doubt[] = [];
  const kinds = new Map<CrawlVerdict, number>();
  return {
    add({ root, expected, judgement, probe }, now) {
      const count = (kinds.get(judgement.verdict) ?? 0) + 1;
      kinds.set(judgement.verdict, count);
      if (count > MOST_OF_A_KIND) return false;
      const list = probe.observation.kind === 'unanswered' ? unanswered : waiting;
      const last = list.at(-1);
      if (last?.root === root) last.paths.add(expected.path);
      else list.push({ root, paths: new Set([expected.path]), dueAt: now + pauseMs });
      return true;
    },
    take: (now) => {
      const [first] = waiting;
      return first !== undefined && first.dueAt <= now ? (waiting.shift() ?? null) : null;
    },
    nextAt() {
      if (waiting.length === 0) waiting.push(...unanswered.splice(0));
      return waiting[0]?.dueAt ?? null;
    },
  };
}
