import { type Random, seededRandom } from '../../src/demo/repository/random.ts';
import type { PublishStep } from '../../src/mirror/publish/publish.ts';
import { prepareScrubKilling, type ScrubMoment, type ScrubRound, type ScrubWork } from '../support/scrub-rounds.ts';
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
  'batch-closed',
];

/** Scrubs and repairs, killed at moments of chance; one repair in three at a named step. */
export async function scrubRounds(home: string, seed: number, count: number, signal: AbortSignal): Promise<Endured[]> {
  if (count === 0) return [];
  await using killing = await prepareScrubKilling(home, seed);
  const endured: Endured[] = [];
  while (endured.length < count && !signal.aborted) {
    const random = seededRandom(`soak ${seed} scrub ${endured.length}`);
    const work = random.pick<ScrubWork>(['scrub', 'repair', 'repair']);
    endured.push(judged(await killing.round(work, momentOf(random, work, killing.workMs[work]))));
    tellProgress(endured, count);
  }
  return endured;
}

function momentOf(random: Random, work: ScrubWork, workMs: number): ScrubMoment {
  if (work === 'repair' && random.below(3) === 0) return { step: random.pick(STEPS), nth: 1 };
  return { afterMs: random.below(Math.ceil(workMs)) };
}

function judged({ work, moment, wasKilled, breaches, milliseconds }: ScrubRound): Endured {
  const place = 'step' in moment ? moment.step : 'a moment of chance';
  const detail = `${work} ${JSON.stringify(moment)}`;
  return { place: `${work}: ${place}`, detail, hasHappened: wasKilled, faults: breaches, milliseconds };
}
