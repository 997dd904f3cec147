// How a serve process asks the daemon's main process for a file that is not here, and how that question is told from others.

import { SECOND } from '../host/clock.ts';
import type { Conversation } from '../host/fork.ts';
import type { Miss, Missed } from '../mirror/serve/server.ts';

/** Gradle gives up after thirty seconds without a byte. What takes longer is fetched to its end all the same, and is there at the next try. */
const PATIENCE_MS = 25 * SECOND;

export function askForFiles(talk: Conversation): Miss {
  return async (path) => ((await talk.ask({ miss: path }, PATIENCE_MS)) as Missed | null) ?? 'unreachable';
}

/** The path that a question is about; null: it is another question. */
export function missIn(question: unknown): string | null {
  if (typeof question !== 'object' || question === null || !('miss' in question)) return null;
  return typeof question.miss === 'string' ? question.miss : null;
}
