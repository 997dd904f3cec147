// Public repositories whose whereabouts are known: what `init mirror --of NAME` writes, and what a mirror of them costs. Facts as of 2026; what has
// moved since is told by the first `assay sync --plan`.

export interface KnownOrigin {
  /** For people. */
  readonly title: string;
  /** Where artifacts are deployed to: told to whoever tries it here. */
  readonly deployAt: string;
  /** The sources, in the order in which they are tried. */
  readonly sources: readonly KnownSource[];
  readonly estimate: Estimate;
}

export interface KnownSource {
  /** Why it stands there, a sentence or two. */
  readonly reason: string;
  readonly keys: Readonly<Record<string, unknown>>;
}

/** What a first pass meets. */
export interface Estimate {
  /** Objects, and so inodes, in round numbers. */
  readonly objects: readonly [from: number, to: number];
  /** Requests of one listing of everything. */
  readonly pages: readonly [from: number, to: number];
  /** What the figures rest on. */
  readonly basis: string;
}

const KEYS_OF_PAGE = 1000;
const RELEASE_FEED = 'https://clojars.org/api/release-feed';
/** What 8 connections over a long way bring: 50 ms each. */
const FILES_PER_SECOND = 160;
const PAGES_PER_SECOND = 10;

const CLOJARS: KnownOrigin = {
  title: 'Clojars',
  deployAt: 'https://repo.clojars.org/',
  sources: [
    {
      reason:
        'The bucket, which anybody may list and read: one listing has the size, the time and the MD5 of every file. Nobody has promised that it stays open; then the next source is tried.',
      keys: {
        kind: 's3',
        url: 's3://clojars-repo-production/',
        region: 'us-east-2',
        release_feed: RELEASE_FEED,
        sweep_hours: 24,
      },
    },
    {
      reason:
        'The CDN in front of it, by the feeds that Clojars makes each hour: new versions and no deletions, at a polite pace.',
      keys: {
        kind: 'http',
        mode: 'feeds',
        url: 'https://repo.clojars.org/',
        release_feed: RELEASE_FEED,
        requests_per_second: 10,
      },
    },
  ],
  estimate: {
    objects: [2_000_000, 3_000_000],
    pages: [2_000_000 / KEYS_OF_PAGE, 3_000_000 / KEYS_OF_PAGE],
    basis: 'about 265,000 POMs in the middle of 2023, some nine files to each',
  },
};

export const KNOWN_ORIGINS: Readonly<Record<string, KnownOrigin>> = { clojars: CLOJARS };

/** Size and time of a first pass, in a few lines for people. */
export function estimateLines({ title, estimate }: KnownOrigin): string[] {
  const { objects, pages, basis } = estimate;
  const minutes = pages.map((count) => Math.ceil(count / PAGES_PER_SECOND / 60));
  const hours = objects.map((count) => Math.ceil(count / FILES_PER_SECOND / 3600));
  const millions = objects.map((count) => count / 1_000_000);
  return [
    `${title}: some ${millions.join(' to ')} million files (${basis}); as many inodes.`,
    `One listing of everything is ${pages.join(' to ')} requests, ${minutes.join(' to ')} minutes; in between the release feed tells the news.`,
    `A first pass takes ${hours.join(' to ')} hours at ${FILES_PER_SECOND} files a second, serves what it has from its first hour, and goes on where it was stopped.`,
    'How many bytes, and whether they fit: `assay sync --plan` says so before one is fetched.',
  ];
}
