// The source's listing, laid beside the inventory, and the short way out when nothing can have changed.

import { severityOf } from '../../finding/finding.ts';
import type { Comparison } from '../inventory/store.ts';
import type { OddEntry, SourceTrouble } from '../source/contract.ts';
import { WHEN_CHANGED } from '../verify/gate.ts';
import { type Bench, letGo } from './judging.ts';
import type { PassOptions, PassRoom } from './room.ts';

export interface Listing {
  readonly kind: 'complete' | 'partial';
  readonly files: number;
  readonly bytes: number;
  readonly unsafe: readonly OddEntry[];
  readonly ignored: number;
  readonly unreadable: readonly string[];
  readonly fingerprint: string;
  /** The same listing, under the same policy, was settled before and nothing waits: the pass is over. */
  isSettled(options: PassOptions, room: PassRoom, now: number): boolean;
}

/** A hostile source may list nothing but unsafe names: past this many they are counted, not kept. */
const UNSAFE_CEILING = 10_000;
const SETTLED = 'settled-listing';

export async function listBeside(
  comparison: Comparison,
  room: PassRoom,
  signal: AbortSignal,
): Promise<Listing | SourceTrouble> {
  const unsafe: OddEntry[] = [];
  let ignored = 0;
  let files = 0;
  const outcome = await room.source.list(
    {
      file(file) {
        comparison.add(file);
        files += 1;
        if (files % 10_000 === 0) room.onEvent({ kind: 'listing', files });
      },
      odd(entry) {
        if (entry.weight === 'unsafe' && unsafe.length < UNSAFE_CEILING) unsafe.push(entry);
        else ignored += 1;
      },
    },
    signal,
  );
  signal.throwIfAborted();
  if (outcome.kind === 'trouble') return outcome;
  const total = comparison.close();
  room.onEvent({ kind: 'listing', files: total.files });
  if (total.files === 0 && room.inventory.current().files > 0) {
    // Emptied by mistake, or a wrong module: absence of everything is a fault of the source, not a wish.
    return {
      kind: 'trouble',
      trouble: 'failed',
      sentence: `${room.source.url} lists no file at all; everything published stays served`,
    };
  }
  return {
    kind: outcome.kind,
    ...total,
    unsafe,
    ignored,
    unreadable: outcome.kind === 'partial' ? outcome.unreadable : [],
    fingerprint: outcome.fingerprint,
    isSettled: (options, world, now) =>
      outcome.kind === 'complete' &&
      world.history.recall(SETTLED) === settledKey(outcome.fingerprint, options) &&
      !world.held.isAnyDue(now) &&
      !world.inventory.isAnyAbsent() &&
      !isRotationDue(options, world, now),
  };
}

/** Call at the end of a pass that settled everything the listing shows. */
export function keepListing(listed: Listing, options: PassOptions, room: PassRoom): void {
  room.history.remember(SETTLED, settledKey(listed.fingerprint, options));
}

function settledKey(fingerprint: string, options: PassOptions): string {
  return `${fingerprint} ${options.policyDigest}`;
}

/** With an unchanged listing one pass in a hundred turns the rotation, with a hundred times the slice. */
function isRotationDue(options: PassOptions, room: PassRoom, now: number): boolean {
  if (options.rotationMs === 0) return false;
  const turnedAt = Number(room.history.recall('rotation-at') ?? '0');
  return now - turnedAt >= options.rotationMs / 100;
}

/** Unsafe names are reported for as long as the origin shows them. */
export function settleOdd(listed: Listing, bench: Bench): void {
  const { room, passId, now } = bench;
  const shown = new Set(listed.unsafe.map((entry) => entry.name));
  for (const held of room.held.list()) {
    if (held.verdict === 'unsafe-path' && listed.kind === 'complete' && !shown.has(held.path)) letGo(held.path, bench);
  }
  for (const entry of listed.unsafe) {
    const isNew = !bench.heldBefore.has(entry.name);
    room.held.hold(
      {
        path: entry.name,
        unit: entry.name,
        kind: 'rejected',
        verdict: 'unsafe-path',
        why: entry.reason,
        size: 0,
        mtime: 0,
        sha256: null,
        retryAt: WHEN_CHANGED,
      },
      passId,
      now,
    );
    room.findings.stand(
      {
        foundBy: 'gate',
        verdict: 'unsafe-path',
        severity: severityOf('unsafe-path'),
        path: entry.name,
        why: entry.reason,
        expected: null,
        observed: null,
        blame: 'origin',
        generation: bench.generation,
      },
      now,
    );
    if (isNew) {
      room.logger.warn({ path: entry.name, why: entry.reason }, 'unsafe name in the listing');
      room.onEvent({ kind: 'held', path: entry.name, as: 'rejected', verdict: 'unsafe-path', why: entry.reason });
    }
  }
  if (listed.ignored > 0) room.logger.debug({ names: listed.ignored }, 'names ignored in the listing');
}
