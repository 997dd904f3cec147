import type { Forked } from '../host/fork.ts';
import type { Logger } from '../host/logger.ts';

export interface CrewWatch {
  /** Call when a process is ready. */
  join(member: Forked): void;
  /** Asks all of them. True when each answers in time, or has just been ended for not answering: another takes its place. */
  isAlive(timeoutMs: number): Promise<boolean>;
}

const ALIVE = 'alive';
/** A machine under load may be late once; one that sleeps wakes in between. */
const MISSES = 3;

/** Watches serve processes from the main one. A process that never gets to its messages serves nobody, and would take its share of the connections. */
export function watchCrew(logger: Logger): CrewWatch {
  const misses = new Map<Forked, number>();
  const look = async (member: Forked, timeoutMs: number): Promise<boolean> => {
    const answer = await member.talk.ask(ALIVE, timeoutMs);
    const missed = misses.get(member);
    if (missed === undefined) return true;
    misses.set(member, answer === null ? missed + 1 : 0);
    if (answer !== null) return true;
    if (missed + 1 < MISSES) return false;
    logger.error({ pid: member.pid, misses: missed + 1 }, 'serve process does not answer and is killed');
    member.signal('SIGKILL');
    return true;
  };
  return {
    join(member) {
      misses.set(member, 0);
      void member.ended.then(() => misses.delete(member));
    },
    isAlive: async (timeoutMs) =>
      (await Promise.all([...misses.keys()].map((member) => look(member, timeoutMs)))).every((each) => each),
  };
}
