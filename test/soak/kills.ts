import { isDeepStrictEqual } from 'node:util';
import { type Random, seededRandom } from '../../src/demo/repository/random.ts';
import type { PublishStep } from '../../src/mirror/publish/publish.ts';
import { type Moment, prepareKilling, type Round, type Stage } from '../support/kill-rounds.ts';
import { type Endured, tellProgress } from './tell.ts';

const STEPS: readonly [PublishStep, ...PublishStep[]] = [
  'journal-written',
  'staging-synced',
  'version-renamed',
  'version-admitted',
  'version-synced',
  'metadata-renamed',
  'metadata-admitted',
  'metadata-synced',
  'loose-renamed',
  'loose-admitted',
  'loose-synced',
  'rows-retired',
  'files-unlinked',
  'batch-closed',
];

/** Steps of every batch, of which these passes have three or more. */
const OFTEN: ReadonlySet<PublishStep> = new Set(['journal-written', 'staging-synced', 'batch-closed']);

/** Two of three kills come at moments of chance, the third at a named step. */
export async function killRounds(home: string, seed: number, count: number, signal: AbortSignal): Promise<Endured[]> {
  if (count === 0) return [];
  await using killing = await prepareKilling(home, seed);
  const endured: Endured[] = [];
  while (endured.length < count && !signal.aborted) {
    const random = seededRandom(`soak ${seed} ${endured.length}`);
    const stage = random.pick<Stage>(['blank', 'second', 'second']);
    const moment = momentOf(random, killing.passMs[stage]);
    endured.push(judged(await killing.round(stage, moment)));
    tellProgress(endured, count);
  }
  return endured;
}

export function momentOf(random: Random, passMs: number): Moment {
  if (random.below(3) > 0) return { afterMs: random.below(Math.ceil(passMs)) };
  const step = random.pick(STEPS);
  return { step, nth: OFTEN.has(step) ? 1 + random.below(3) : 1 };
}

export function judged(round: Round): Endured {
  const { stage, moment, breaches, left, undisturbed, wasKilled, milliseconds } = round;
  const differences = Object.keys(left).filter(
    (part) => !isDeepStrictEqual(left[part as keyof typeof left], undisturbed[part as keyof typeof left]),
  );
  return {
    place: 'step' in moment ? moment.step : 'a moment of chance',
    detail: `${stage} ${JSON.stringify(moment)}`,
    hasHappened: wasKilled,
    faults: [...breaches, ...differences.map((part) => `the end differs in its ${part}`)],
    milliseconds,
  };
}
