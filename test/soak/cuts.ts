import { join } from 'node:path';
import { seededRandom } from '../../src/demo/repository/random.ts';
import { makeDisk } from '../support/disk.ts';
import { prepareKilling, type Stage } from '../support/kill-rounds.ts';
import { judged, momentOf } from './kills.ts';
import { type Endured, tellProgress } from './tell.ts';

/** The same with a disk that loses its power at that moment. Only for root, where loop devices can be mounted. */
export async function cutRounds(home: string, seed: number, count: number, signal: AbortSignal): Promise<Endured[]> {
  if (count === 0) return [];
  await using killing = await prepareKilling(home, seed);
  using disk = makeDisk(join(home, 'power'));
  const endured: Endured[] = [];
  while (endured.length < count && !signal.aborted) {
    const random = seededRandom(`soak ${seed} power ${endured.length}`);
    const stage = random.pick<Stage>(['blank', 'second', 'second']);
    endured.push(judged(await killing.round(stage, momentOf(random, killing.passMs[stage]), disk)));
    tellProgress(endured, count);
  }
  return endured;
}
