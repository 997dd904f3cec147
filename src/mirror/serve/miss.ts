// What a client asks for and is not here, at a mirror that fetches on demand. This room only asks; the function is handed in.

import type { Answer } from './answer.ts';
import type { Asked } from './delivery.ts';
import { problemAnswer } from './problem.ts';

/** `published`: it is here now. `held`: it came and is not believed. `unreachable`: nobody could fetch it now, or not in time. */
export type Missed = 'published' | 'absent' | 'held' | 'unreachable';

/** Fetches a repository path, unless the origin has no such file. Resolves within the patience of a build tool. */
export type Miss = (path: string) => Promise<Missed>;

/**
 * Not here, and the origin cannot be asked. A 404 would be remembered for a day, and a 5xx makes build tools turn from the whole repository; a
 * 403 is asked again, and the next repository in between (DESIGN 5.3).
 */
export function unreachable(asked: Asked): Answer {
  return problemAnswer(asked.method, {
    status: 403,
    type: 'origin-unreachable',
    title: 'Origin unreachable',
    detail:
      'This mirror fetches files when they are first asked for. It does not have this one, and its origin cannot be asked now.',
    instance: asked.shown,
    reason: 'Not here, and the origin cannot be asked',
    headers: { 'cache-control': 'no-store' },
  });
}
