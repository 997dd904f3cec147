import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ListedFile, ListingOutcome, Promises, Source, SourceTrouble } from '../source/contract.ts';

/** A file that was fetched already, on the file system of the published tree. */
export interface Arrival extends ListedFile {
  /** Where it lies; it is taken from there. */
  readonly place: string;
}

const PROMISES: Promises = {
  sizes: true,
  times: true,
  digests: false,
  deletions: false,
  atomic: false,
  listsAll: false,
  folders: false,
};

/** Where the arrivals came from. */
export interface ArrivalOrigin {
  /** For people. */
  readonly url: string;
  /** Brings the files once more, straight into staging; names those that are there. */
  bringAgain(
    paths: readonly string[],
    staging: string,
    signal: AbortSignal,
  ): Promise<readonly string[] | SourceTrouble>;
}

/** A source that has nothing but what has arrived: it lists that, and fetches by renaming. What did not fit its sums is asked for once more. `outcome`: how they were listed where they came from. */
export function arrivedSource(
  arrivals: readonly Arrival[],
  staging: string,
  origin: ArrivalOrigin,
  outcome: ListingOutcome = { kind: 'news', cursor: null },
): Source {
  const places = new Map(arrivals.map(({ path, place }) => [path, place]));
  return {
    url: origin.url,
    promises: PROMISES,
    async list(_request, sink) {
      for (const { place, ...file } of arrivals) sink.file(file);
      return outcome;
    },
    async fetch({ files }, onStaged, signal) {
      const gone = files.filter((path) => !places.has(path));
      const again = gone.length === 0 ? [] : await origin.bringAgain(gone, staging, signal);
      if ('trouble' in again) return again;
      for (const path of again) onStaged(path);
      for (const path of files) {
        const place = places.get(path);
        if (place === undefined) continue;
        places.delete(path);
        mkdirSync(dirname(join(staging, path)), { recursive: true });
        renameSync(place, join(staging, path));
        onStaged(path);
      }
      return { kind: 'fetched', bytes: 0, unreadable: [] };
    },
    differing: async () => ({ kind: 'compared', paths: [] }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
