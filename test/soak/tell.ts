/** One round as the figures see it. */
export interface Endured {
  readonly place: string;
  /** Enough to do it again with the same seed. */
  readonly detail: string;
  /** False when the pass had ended before. */
  readonly hasHappened: boolean;
  readonly faults: readonly string[];
  readonly milliseconds: number;
}

const EVERY = 25;

/** A fault is told when it is found; otherwise a line in so many rounds. */
export function tellProgress(rounds: readonly Endured[], of: number): void {
  const last = rounds.at(-1);
  if (last === undefined) return;
  for (const fault of last.faults) process.stdout.write(`round ${rounds.length}, ${last.detail}: ${fault}\n`);
  if (rounds.length % EVERY === 0) process.stdout.write(`${rounds.length} of ${of}\n`);
}

/** Prints the table and returns how many rounds broke a law. */
export function tellFigures(what: string, rounds: readonly Endured[]): number {
  if (rounds.length === 0) return 0;
  const places = Map.groupBy(rounds, ({ place }) => place);
  for (const [place, those] of [...places].sort()) {
    const happened = those.filter(({ hasHappened }) => hasHappened).length;
    const broken = those.filter(({ faults }) => faults.length > 0).length;
    process.stdout.write(
      `${place.padEnd(32)} ${String(those.length).padStart(5)} rounds ${String(happened).padStart(5)} `,
    );
    process.stdout.write(`${what}s ${String(broken).padStart(3)} broken\n`);
  }
  const broken = rounds.filter(({ faults }) => faults.length > 0).length;
  const happened = rounds.filter(({ hasHappened }) => hasHappened).length;
  const times = rounds.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  process.stdout.write(
    `in all ${rounds.length} rounds, ${happened} ${what}s, ${broken} broken; median ${(median / 1000).toFixed(1)} s a round\n`,
  );
  return broken;
}
