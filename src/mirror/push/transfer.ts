// Carries a plan out: stage by stage, many units side by side, within a unit sums and signatures, then artifacts, the POM last. What of a
// version could not be put keeps its metadata back, so that a reader of the bucket never sees metadata ahead of artifacts.

import { SECOND } from '../../host/clock.ts';
import { locate } from '../../maven/layout.ts';
import type { InventoryRow } from '../inventory/row.ts';
import type { Plan, Step, Unit } from './plan.ts';
import { putObject } from './put.ts';
import type { PutOutcome } from './put-outcome.ts';
import type { Bench } from './room.ts';
import { makeGate, sideBySide } from './side-by-side.ts';
import { startTally, type Tally, type Transferred } from './tally.ts';

/** Bytes of objects that are on their way, and so in memory. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A unit whose files change while they are put is looked at anew so often. */
const TRIES = 5;
const PAUSE_MS = SECOND;
const VERSIONS = 'a';

/** What fails in one stage is told when the stage has ended; the next one does not begin then. */
export async function transfer(plan: Plan, bench: Bench, signal: AbortSignal): Promise<Transferred> {
  const tally = startTally(plan.totals, bench);
  const gate = makeGate(bench.options.connections, MOST_BYTES);
  const put: Put = (step, row) =>
    gate(row.size, async () => {
      if (tally.isOver()) return 'broken';
      const outcome = await putObject(step, row, bench, signal);
      tally.take(row, outcome);
      return endingOf(outcome);
    });
  try {
    for (const stage of inStages(plan.units())) {
      const work = (unit: Unit) => putUnit(unit, put, tally, bench, signal);
      await sideBySide(stage, bench.options.connections, work, tally.isOver);
      bench.room.onStep('stage-done');
      if (tally.hasFailed()) break;
    }
  } finally {
    // Also when it was cut short: what is there need not be asked for again.
    tally.note();
  }
  return tally.result;
}

/** `later`: it is for the next push to bring. `moved`: its bytes are being replaced, and it is to be looked at again. */
type Ending = 'good' | 'moved' | 'later' | 'broken';
type Put = (step: Step, row: InventoryRow) => Promise<Ending>;

/** Units of one stage at a time; a stage is read as it is worked off. */
function* inStages(units: Iterable<Unit>): Iterable<Iterable<Unit>> {
  const all = units[Symbol.iterator]();
  let next = all.next();
  function* stage(name: string): Iterable<Unit> {
    while (next.done !== true && next.value.stage === name) {
      const unit = next.value;
      next = all.next();
      yield unit;
    }
  }
  while (next.done !== true) yield stage(next.value.stage);
}

async function putUnit(unit: Unit, put: Put, tally: Tally, bench: Bench, signal: AbortSignal): Promise<void> {
  const { artifactFolder } = locate(unit.steps[0]?.path ?? '');
  if (unit.stage !== VERSIONS && artifactFolder !== null && tally.isHeld(artifactFolder)) {
    tally.hold(unit.steps);
    return;
  }
  for (let left = TRIES; left > 0; left -= 1) {
    const ending = await putInRanks(unit, put, tally, bench);
    if (ending !== 'moved') return;
    await bench.room.clock.sleep(PAUSE_MS, signal);
  }
  const [first] = unit.steps;
  if (first !== undefined) tally.fail(first.path, `${first.path}: it changes faster than it can be put.`);
}

async function putInRanks({ steps, stage }: Unit, put: Put, tally: Tally, bench: Bench): Promise<Ending> {
  const { inventory } = bench.room;
  // One look at the whole unit: the tree may go on while this push does, and a sum must not be of other bytes than its file.
  const rows = inventory.consistently(() => new Map(steps.map(({ path }) => [path, inventory.row(path)])));
  // Later metadata names what this push does not bring, and is left to the next one; later files of a version are as good as earlier ones.
  const isLater = (row: InventoryRow | null) => row !== null && row.generation > bench.until;
  if (stage !== VERSIONS && [...rows.values()].some(isLater)) return 'later';
  for (const [rank, now] of inRanks(steps)) {
    const endings = await Promise.all(
      now.map((step) => {
        const row = rows.get(step.path);
        return row == null ? 'good' : put(step, row);
      }),
    );
    if (endings.includes('moved')) return 'moved';
    if (endings.includes('broken')) {
      tally.hold(steps.filter((step) => rankOf(step) > rank));
      return 'broken';
    }
  }
  return 'good';
}

function inRanks(steps: readonly Step[]): [rank: string, steps: readonly Step[]][] {
  const ranks = [...new Set(steps.map(rankOf))];
  return ranks.map((rank) => [rank, steps.filter((step) => rankOf(step) === rank)]);
}

/** `publish/order` writes it after the unit's name; steps come sorted by it. */
function rankOf({ key }: Step): string {
  return key.charAt(key.indexOf('\0') + 1);
}

function endingOf(outcome: PutOutcome): Ending {
  if (outcome.kind === 'moved') return 'moved';
  return outcome.kind === 'there' ? 'good' : 'broken';
}
