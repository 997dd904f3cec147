// The figures of all serve processes as one. Whichever of them a scrape meets, it asks the daemon's main process, which asks all: so every
// scrape gets the same truth, and no counter ever goes back, also when a process died and another took its place.

import { SECOND } from '../host/clock.ts';
import type { Conversation, Forked } from '../host/fork.ts';
import { addUp, counter, gauge, type MetricFamily } from '../host/metrics.ts';

/** What the main process asks of a serve process, and the reverse. */
const FIGURES = 'figures';

const OWN_TIMEOUT_MS = 2 * SECOND;
const TOTAL_TIMEOUT_MS = 5 * SECOND;
/** What a killed process has counted since it last told is lost. */
const TELL_EVERY_MS = SECOND;

export interface FigureKeeper {
  /** Call for each process as soon as it is started. */
  join(member: Forked): void;
  /** The answer to a serve process that asks for the figures of all. */
  total(): Promise<MetricFamily[]>;
}

export function makeFigureKeeper(): FigureKeeper {
  const latest = new Map<Forked, readonly MetricFamily[]>();
  let ofTheDead: readonly MetricFamily[] = [];
  let deaths = 0;
  const ask = async (member: Forked) => {
    const figures = await member.talk.ask(FIGURES, OWN_TIMEOUT_MS);
    if (figures !== null && latest.has(member)) latest.set(member, figures as MetricFamily[]);
  };
  const total = async () => {
    await Promise.all([...latest.keys()].map(ask));
    const families = [...latest.values(), ofTheDead].flat();
    return addUp([
      ...families,
      gauge('assay_serve_processes', 'Serve processes that run.', latest.size),
      counter('assay_serve_process_deaths_total', 'Serve processes that ended without being asked to.', deaths),
    ]);
  };
  return {
    total,
    join(member) {
      latest.set(member, []);
      member.talk.onNews((figures) => {
        if (latest.has(member)) latest.set(member, figures as MetricFamily[]);
      });
      void member.ended.then(() => {
        const counted = (latest.get(member) ?? []).filter((family) => family.kind !== 'gauge');
        ofTheDead = addUp([...ofTheDead, ...counted]);
        latest.delete(member);
        deaths += 1;
      });
    },
  };
}

/** The serve process's side: tells its own figures until `signal` is aborted. */
export function tellFigures(
  talk: Conversation,
  own: () => MetricFamily[],
  signal: AbortSignal,
  onLost: (error: unknown) => void,
): void {
  const telling = setInterval(() => talk.tell(own()), TELL_EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(telling), { once: true });
  talk.answerWith(own, onLost);
}

/** None when the main process does not answer in time: a gap in a graph is true, a counter that went back is not. */
export async function allFigures(talk: Conversation): Promise<MetricFamily[]> {
  return ((await talk.ask(FIGURES, TOTAL_TIMEOUT_MS)) as MetricFamily[] | null) ?? [];
}
