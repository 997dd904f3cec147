// The source's listing, laid beside the inventory, and the short way out when nothing can have changed.

import { severityOf } from '../../finding/finding.ts';
import type { Comparison } from '../inventory/store.ts';
import type { ListingOutcome, ListingSink, OddEntry, SourceTrouble } from '../source/contract.ts';
import { WHEN_CHANGED } from '../verify/gate.ts';
import { listingRequest } from './cursor.ts';
import { type Bench, letGo } from './judging.ts';
import type { PassOptions, PassRoom } from './room.ts';

export interface Listing {
  /** `news`: of what is not listed nothing is said. */
  readonly kind: 'complete' | 'news' | 'partial';
  readonly files: number;
  readonly bytes: number;
  readonly unsafe: readonly OddEntry[];
  readonly ignored: number;
  readonly unreadable: readonly string[];
  readonly outcome: Exclude<ListingOutcome, SourceTrouble>;
  /** The same listing was settled before, under the same policy, and nothing waits; or there are no news: the pass is over. */
  readonly isSettled: boolean;
}

/** A hostile source may list nothing but unsafe names: past this many they are counted, not kept. */
const UNSAFE_CEILING = 10_000;
const SETTLED = 'settled-listing';

interface Settled {
  readonly fingerprint: string;
  readonly policy: string;
  readonly files: number;
  readonly bytes: number;
}

export async function listBeside(
  comparison: Comparison,
  options: PassOptions,
  room: PassRoom,
  now: number,
  signal: AbortSignal,
): Promise<Listing | SourceTrouble> {
  const settled = settledListing(options, room, now);
  const seen = { unsafe: [] as OddEntry[], ignored: 0, files: 0 };
  const request = listingRequest(options, room, now);
  const known = settled === null ? {} : { known: settled.fingerprint };
  const outcome = await room.source.list({ ...request, ...known }, sinkInto(comparison, seen, room), signal);
  signal.throwIfAborted();
  if (outcome.kind === 'trouble') return outcome;
  const isKnown = outcome.kind === 'complete' && outcome.isKnown === true && settled !== null;
  const told = comparison.close();
  const total = isKnown ? settled : told;
  const hasNoNews = outcome.kind === 'news' && told.files === 0 && seen.unsafe.length === 0;
  room.onEvent({ kind: 'listing', files: total.files });
  if (outcome.kind !== 'news' && total.files === 0 && room.inventory.current().files > 0) {
    // Emptied by mistake, or a wrong module: absence of everything is a fault of the source, not a wish.
    const sentence = `${room.source.url} lists no file at all; everything published stays served`;
    return { kind: 'trouble', trouble: 'failed', sentence };
  }
  return {
    // Of what a source cannot tell nothing is concluded, even if it says that this was all.
    kind: outcome.kind === 'complete' && !room.source.promises.deletions ? 'news' : outcome.kind,
    files: total.files,
    bytes: total.bytes,
    unsafe: seen.unsafe,
    ignored: seen.ignored,
    unreadable: outcome.kind === 'partial' ? outcome.unreadable : [],
    outcome,
    isSettled: isKnown || hasNoNews,
  };
}

function sinkInto(
  comparison: Comparison,
  seen: { unsafe: OddEntry[]; ignored: number; files: number },
  room: PassRoom,
): ListingSink {
  return {
    file(file) {
      comparison.add(file);
      seen.files += 1;
      if (seen.files % 10_000 === 0) room.onEvent({ kind: 'listing', files: seen.files });
    },
    odd(entry) {
      if (entry.weight === 'unsafe' && seen.unsafe.length < UNSAFE_CEILING) seen.unsafe.push(entry);
      else seen.ignored += 1;
    },
  };
}

/** The listing after which nothing was left to do, or null when something is to be looked at again though the listing may be the same. */
function settledListing(options: PassOptions, room: PassRoom, now: number): Settled | null {
  const text = room.history.recall(SETTLED);
  if (text === null || room.held.isAnyDue(now) || room.inventory.isAnyAbsent() || isRotationDue(options, room, now))
    return null;
  const settled = JSON.parse(text) as Settled;
  return settled.policy === options.policyDigest && options.acceptPlan === null ? settled : null;
}

/** Call at the end of a pass that settled everything the listing shows. */
export function keepListing(listed: Listing, options: PassOptions, room: PassRoom): void {
  if (listed.outcome.kind !== 'complete') return;
  const settled: Settled = {
    fingerprint: listed.outcome.fingerprint,
    policy: options.policyDigest,
    files: listed.files,
    bytes: listed.bytes,
  };
  room.history.remember(SETTLED, JSON.stringify(settled));
}

/** With an unchanged listing one pass in a hundred turns the rotation, with a hundred times the slice. */
function isRotationDue(options: PassOptions, room: PassRoom, now: number): boolean {
  if (options.rotationMs === 0) return false;
  const turnedAt = Number(room.history.recall('rotation-at') ?? '0');
  // A clock that was set back: the rotation begins again.
  return now < turnedAt || now - turnedAt >= options.rotationMs / 100;
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
