import { found, type Judgement } from './verdict.ts';

const GENUINE: ReadonlySet<string> = new Set(['ok', 'lagging', 'stale-known', 'no-upstream-sum']);

/**
 * A file and a sum beside it that are each genuine and of different times: `agrees` is whether the sum is that of the file as the mirror serves
 * it. When both are as they should be, the set is torn at its origin, and not by the mirror. Null: it is not torn.
 */
export function judgeGroup(file: Judgement, sum: Judgement, agrees: boolean, isUpdating: boolean): Judgement | null {
  if (agrees || !GENUINE.has(file.verdict) || !GENUINE.has(sum.verdict)) return null;
  if (file.verdict === 'ok' && sum.verdict === 'ok') return null;
  if (isUpdating) return found('lagging', 'mirror', 'Its update is under way: file and sum are of different times.');
  return found(
    'torn-group',
    'mirror',
    'File and sum are genuine, and of different times: clients refuse the two together.',
  );
}
