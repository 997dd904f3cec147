// What a mirror says of itself: how fresh it is, and whether its own update is under way. It softens what is late, and excuses nothing else.

import type { Clock } from '../../host/clock.ts';
import type { Courteous } from './courtesy.ts';
import type { Probe } from './probe.ts';

export interface MirrorTrace {
  /** What it is at least as new as, epoch milliseconds; null when it does not say. */
  readonly freshAt: number | null;
  readonly generation: number | null;
  readonly lineage: string | null;
  readonly isUpdating: boolean;
}

const NO_TRACE: MirrorTrace = { freshAt: null, generation: null, lineage: null, isUpdating: false };

/** Travels with the tree of an assay mirror, so that copies of copies have it, too. */
const TRACE = '.meta/assay/status.json';
/** Of a mirror that serves by itself. */
const STATUS = '-/status.json';
const TRACE_CEILING = 64 * 1024;

/** Two small requests at most; of a mirror that says nothing, one. */
async function readTrace(mirror: Pick<Courteous, 'ask'>, signal: AbortSignal): Promise<MirrorTrace> {
  const told = await readJson(mirror, TRACE, signal);
  if (told === null) return NO_TRACE;
  const status = await readJson(mirror, STATUS, signal);
  const at = Date.parse(String(told.last_success_at));
  return {
    freshAt: Number.isNaN(at) ? null : at,
    generation: Number.isSafeInteger(told.generation) ? Number(told.generation) : null,
    lineage: typeof told.lineage === 'string' ? told.lineage.slice(0, 64) : null,
    isUpdating: typeof status?.running === 'object' && status.running !== null,
  };
}

export interface TraceWatch {
  /** Looks again, unless it did so within that time. */
  refresh(maxAgeMs: number, signal: AbortSignal): Promise<void>;
  latest(): MirrorTrace;
  /** Its update is under way, or its tree changed between two looks. */
  isMoving(): boolean;
}

export function watchTrace(mirror: Pick<Courteous, 'ask'>, clock: Pick<Clock, 'now'>): TraceWatch {
  let latest: MirrorTrace | null = null;
  let isMoving = false;
  let at = 0;
  return {
    async refresh(maxAgeMs, signal) {
      if (at > 0 && clock.now() - at <= maxAgeMs) return;
      at = clock.now();
      const now = await readTrace(mirror, signal);
      const hasMoved = latest !== null && (latest.generation !== now.generation || latest.lineage !== now.lineage);
      isMoving = now.isUpdating || hasMoved;
      latest = now;
    },
    latest: () => latest ?? NO_TRACE,
    isMoving: () => isMoving,
  };
}

async function readJson(
  mirror: Pick<Courteous, 'ask'>,
  path: string,
  signal: AbortSignal,
): Promise<Record<string, unknown> | null> {
  const asked: Probe = await mirror.ask(
    { path, method: 'GET', sizeBytes: TRACE_CEILING, keep: true, digests: [], isFresh: false },
    signal,
  );
  const { observation } = asked;
  const proof = observation.kind === 'answered' && observation.status === 200 ? observation.proof : null;
  if (proof?.end !== 'whole' || proof.bytes === null) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(proof.bytes).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    // A page, or somebody else's file of that name: it says nothing to us.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
