/** Whether a server shows directory pages at all: after a few that it does not have it is asked for names instead. */
export interface PageHabit {
  areWorthAsking(): boolean;
  note(isPage: boolean): void;
}

const MISSES = 3;

export function makePageHabit(): PageHabit {
  let misses = 0;
  return {
    areWorthAsking: () => misses < MISSES,
    note(isPage) {
      // One page is enough to go on: what is missing then is the folder, not the habit.
      if (isPage) misses = Number.NEGATIVE_INFINITY;
      else misses += 1;
    },
  };
}
