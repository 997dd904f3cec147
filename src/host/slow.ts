// What took long is told. Waiting happens in deep places that have no logger at hand: whoever starts a process says once what counts as slow in it
// and who is told; until then nobody is.

import type { Logger } from './logger.ts';

export type SlowKind = 'request' | 'sql' | 'fsync' | 'probe' | 'put';

/** Milliseconds, of each kind: from the first on an information, from the second on a warning; 0 tells always. */
export type SlowAfter = Readonly<Record<SlowKind, readonly number[]>>;

let current: { readonly after: SlowAfter; readonly logger: Logger } | null = null;

/** For this process, from now on. Null: nothing is told any more. */
export function watchSlow(after: SlowAfter | null, logger: Logger): void {
  current = after === null ? null : { after, logger };
}

/** Tells that something took `ms`, if that is slow; `details` are fields of the line and cost nothing otherwise. */
export function tellSlow(kind: SlowKind, ms: number, details: () => Record<string, unknown>): void {
  if (current === null) return;
  const [tellAfter = Number.POSITIVE_INFINITY, warnAfter = Number.POSITIVE_INFINITY] = current.after[kind];
  if (ms < tellAfter) return;
  const line = { ms: Math.round(ms), ...details() };
  if (ms >= warnAfter) current.logger.warn(line, `${kind} was slow`);
  else current.logger.info(line, `${kind} was slow`);
}

/** Does the work, and tells if it was slow. */
export function timed<T>(kind: SlowKind, details: () => Record<string, unknown>, work: () => T): T {
  const begun = performance.now();
  try {
    return work();
  } finally {
    tellSlow(kind, performance.now() - begun, details);
  }
}
