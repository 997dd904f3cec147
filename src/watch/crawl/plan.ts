// Which paths a visit asks for, in which order, within what it may cost. A generator: nothing of the size of the tree is ever held.

import { rootOf } from '../../maven/kind.ts';
import type { Purse } from './budget.ts';
import { BODY_SHARE } from './figures.ts';
import type { ListingState } from './listing.ts';
import type { NewCursor, Reference } from './reference.ts';
import { type Rotation, rotate, turn } from './rotation.ts';
import type { Sampler } from './sampler.ts';

export interface PlanItem {
  /** A file with all that hangs on it. */
  readonly root: string;
  /** Its body, or what the headers say. Sums and signatures are always read: they cost no more than a HEAD. */
  readonly mode: 'claim' | 'body';
}

export interface PlanState {
  claims: Rotation;
  bodies: Rotation;
  fresh: NewCursor;
  indexPath: string;
  /** A fixed set, which nobody outside knows. */
  canaries: readonly string[];
  listing: ListingState;
}

export interface PlanOptions {
  readonly depth: 'sums' | 'full';
  /** Only so many random bodies; null: everything that the budget allows. */
  readonly sample: number | null;
  /** Only below this prefix; empty: everywhere. */
  readonly prefix: string;
  /** Paths that something stands against: asked first, so that what is mended is known for it. */
  readonly standing: readonly string[];
  /** Of which the mirror itself says something else. */
  readonly suspects: readonly string[];
  /** The most downloaded files. */
  readonly popular: readonly string[];
  readonly wants: (path: string) => boolean;
}

/** Shares of the requests of a visit. What one class does not use is left to the rotations, which come last. */
const SHARES = { index: 0.2, fresh: 0.3, random: 0.1 } as const;
const POPULAR = 50;
const REMOVED = 5;
const BATCH = 500;

export async function* planVisit(
  options: PlanOptions,
  state: PlanState,
  reference: Reference,
  sampler: Sampler,
  purse: Purse,
  chance: () => number,
): AsyncGenerator<PlanItem> {
  const seen = new Set<string>();
  const once = async function* (
    paths: Iterable<string> | AsyncIterable<string>,
    mode: PlanItem['mode'],
  ): AsyncGenerator<PlanItem> {
    for await (const path of paths) {
      const root = rootOf(path);
      if (seen.has(root) || !root.startsWith(options.prefix) || !options.wants(root)) continue;
      if (!purse.hasRequests()) return;
      seen.add(root);
      yield { root, mode: mode === 'body' && purse.hasBytes() ? 'body' : 'claim' };
    }
  };
  yield* once(options.standing, 'body');
  yield* once(options.suspects, 'body');
  if (options.sample !== null) {
    yield* once(draws(options.sample, sampler, chance), 'body');
    return;
  }
  yield* once(state.canaries, 'body');
  yield* within(purse, SHARES.fresh, once(freshRoots(state, reference), 'body'));
  yield* within(purse, SHARES.index, once(indexRoots(state, reference), 'body'));
  yield* once(options.popular.slice(0, POPULAR), 'body');
  yield* once(reference.removed(REMOVED, chance), 'claim');
  yield* within(purse, SHARES.random, once(draws(reference.current().files, sampler, chance), 'body'));
  yield* within(purse, BODY_SHARE, once(whilePaid(purse, rotate(state.bodies, reference, options.prefix)), 'body'));
  yield* once(rotate(state.claims, reference, options.prefix), options.depth === 'full' ? 'body' : 'claim');
}

/** Ends a class when its share of the requests is used. */
async function* within(purse: Purse, share: number, items: AsyncIterable<PlanItem>): AsyncGenerator<PlanItem> {
  const most = purse.spent().requests + share * purse.allowance.requests;
  for await (const item of items) {
    yield item;
    if (purse.spent().requests >= most) return;
  }
}

/** The rotation of bodies stands still when there are no bytes left. */
async function* whilePaid(purse: Purse, paths: AsyncIterable<string>): AsyncGenerator<string> {
  if (!purse.hasBytes()) return;
  for await (const path of paths) {
    yield path;
    if (!purse.hasBytes()) return;
  }
}

function* freshRoots(state: PlanState, reference: Reference): Generator<string> {
  for (;;) {
    const { roots, next } = reference.changedSince(state.fresh, BATCH);
    yield* roots;
    state.fresh = next;
    if (roots.length === 0) return;
  }
}

/** All index files in turn: where there are very many, a visit sees a part. */
async function* indexRoots(state: PlanState, reference: Reference): AsyncGenerator<string> {
  const index = { path: state.indexPath };
  for await (const path of turn(index, reference.metadataAfter)) {
    yield path;
    state.indexPath = index.path;
  }
}

function* draws(count: number, sampler: Sampler, chance: () => number): Generator<string> {
  for (let each = 0; each < count; each += 1) {
    const path = sampler.draw(chance);
    if (path === null) return;
    yield path;
  }
}
