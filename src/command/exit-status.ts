import type { Outcome } from '../compose/verbs.ts';

const STATUS: Readonly<Record<Outcome, number>> = { clean: 0, trouble: 1, usage: 2, 'could-not': 3, refused: 4 };
const PRECEDENCE: readonly Outcome[] = ['usage', 'refused', 'could-not', 'trouble', 'clean'];

/** The exit status of all that happened: where several apply, 2 before 4, 3, 1 and 0. Nothing is clean. */
export function exitStatus(outcomes: readonly Outcome[]): number {
  const heaviest = PRECEDENCE.find((outcome) => outcomes.includes(outcome));
  return STATUS[heaviest ?? 'clean'];
}
