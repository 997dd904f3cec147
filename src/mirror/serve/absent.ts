// What to say of a path that is not served. The status decides what build tools do next (DESIGN 5.3): a 404 is remembered, a 403 is asked again.

import { isoTime } from '../../host/clock.ts';
import { ABSENT_CACHING } from '../../maven/caching.ts';
import type { Answer } from './answer.ts';
import type { Asked } from './delivery.ts';
import { problemAnswer } from './problem.ts';

export interface Removed {
  readonly reason: string;
  /** Answered 451 (RFC 7725) in place of 410. */
  readonly legal: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Withheld {
  /** A gate verdict, `checksum-mismatch`. */
  readonly verdict: string;
  /** `damaged`: published once, and known to be bad on this machine's disk. */
  readonly kind: 'rejected' | 'deferred' | 'damaged';
  /** Epoch milliseconds. */
  readonly since: number;
}

export type HeldBack = (path: string) => Withheld | null;

export interface AbsenceRooms {
  takenDown(path: string): Removed | null;
  readonly heldBack: HeldBack;
}

/** Answers for a path without a row; `null` for what can be no repository path at all. */
export function answerAbsent(asked: Asked, path: string | null, rooms: AbsenceRooms): Answer {
  if (path === null) return notFound(asked);
  const removed = rooms.takenDown(path);
  if (removed !== null) return takenDown(asked, removed);
  const withheld = rooms.heldBack(path);
  return withheld === null ? notFound(asked) : heldBack(asked, withheld);
}

function notFound(asked: Asked): Answer {
  return problemAnswer(asked.method, {
    status: 404,
    detail: 'This mirror has no such file, and its origin showed none when it was last listed.',
    instance: asked.shown,
    headers: { 'cache-control': ABSENT_CACHING },
  });
}

function takenDown(asked: Asked, removed: Removed): Answer {
  return problemAnswer(asked.method, {
    status: removed.legal ? 451 : 410,
    type: 'taken-down',
    title: 'Taken down',
    detail: `The operator of this mirror took it down: ${removed.reason}`,
    instance: asked.shown,
    headers: { 'cache-control': ABSENT_CACHING },
    more: { since: isoTime(removed.at) },
  });
}

function heldBack(asked: Asked, withheld: Withheld): Answer {
  return problemAnswer(asked.method, {
    status: 403,
    type: 'held-back',
    title: 'Held back',
    detail: DETAILS[withheld.kind](withheld.verdict),
    instance: asked.shown,
    reason: `Held back: ${withheld.verdict}`,
    headers: { 'cache-control': ABSENT_CACHING },
    more: { verdict: withheld.verdict, since: isoTime(withheld.since) },
  });
}

const DETAILS: Readonly<Record<Withheld['kind'], (verdict: string) => string>> = {
  rejected: (verdict) => `The origin has this file. This mirror refused it (${verdict}); its operator decides.`,
  deferred: (verdict) => `The origin has this file. This mirror has not published it yet (${verdict}).`,
  damaged: (verdict) =>
    `This mirror's own copy is bad (${verdict}); it is held back until the good bytes are here again.`,
};
