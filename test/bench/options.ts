import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Files of the small tree; 0 leaves that part out. */
  readonly small: number;
  /** Files of 10 MB; 0 leaves that part out. */
  readonly large: number;
  /** Changed files of the delta, at most what the small tree has. */
  readonly delta: number;
  /** Rows of the inventory whose memory is measured; 0 leaves that part out. */
  readonly rows: number;
  /** Seconds of each measurement of serving; 0 leaves that part out. */
  readonly seconds: number;
  /** Rows of the inventory that is served from. */
  readonly served: number;
  /** Cold builds by Maven through each server; 0 leaves clients out. */
  readonly builds: number;
  /** Objects of the bucket that is swept and fetched; 0 leaves that part out. */
  readonly keys: number;
  /** Jars that are fetched because a client asks; 0 leaves that part out. */
  readonly pulled: number;
  /** Whether verdicts on signatures are measured. */
  readonly signatures: boolean;
  /** Small objects that are pushed; 0 leaves that part out, and with `pushedLarge` all of pushing. */
  readonly pushed: number;
  /** Objects of 10 MB that are pushed. */
  readonly pushedLarge: number;
  /** Whether the small and the large tree are read again, beside sha256sum. */
  readonly scrub: boolean;
  /** Lines of the access log that is counted; 0 leaves that part out. */
  readonly lines: number;
  /** Rows of the inventory that is searched by people; 0 leaves pages out. */
  readonly found: number;
  /** Rows of the inventory that mirrors are crawled by; 0 leaves crawling out. */
  readonly crawled: number;
  /** How often each is measured; the table shows the median. */
  readonly runs: number;
  /** On the file system that is measured; a folder of its own is made in it and removed. */
  readonly folder: string;
  /** Takes a CPU profile of each measured process into this folder. */
  readonly profile: string | null;
  readonly json: boolean;
}

export const USAGE = `npm run bench -- [options]
  --small N       files of the small tree, 105000 if not said (about 4.2 to a version); 0 leaves it out
  --large N       files of 10 MB, 200 if not said; 0 leaves them out
  --delta N       files that are new or changed in the delta, 1500 if not said
  --rows N        rows of the inventory whose memory is measured, 1000000 if not said; 0 leaves it out
  --seconds N     seconds of each measurement of serving, 5 if not said; 0 leaves it out
  --served N      rows of the inventory that is served from, 3000000 if not said
  --builds N      cold builds by Maven through each server, 5 if not said; 0 leaves clients out
  --keys N        objects of the bucket that is listed and fetched, 200000 if not said (an upload of minutes); 0 leaves it out
  --pulled N      jars that a mirror fetches because a client asks, 100 if not said; 0 leaves it out
  --signatures    verdicts on signatures too, beside openpgp.js, gpgv and sqv (both installed)
  --pushed N      small objects that are pushed, 10000 if not said; 0 leaves them out
  --pushed-large N  objects of 10 MB that are pushed, 200 if not said; 0 leaves them out
  --no-scrub      leaves out how fast the trees are read again
  --lines N       lines of the log that is counted, 2000000 if not said; 0 leaves it out
  --found N       rows of the inventory that pages search, 3000000 if not said; 0 leaves pages out
  --crawled N     rows of the inventory that mirrors are crawled by, 3000000 if not said; 0 leaves crawling out
  --runs N        runs of each, 3 if not said; the median counts
  --folder PATH   where to measure, the temporary folder if not said; about 1 GB for small and 4 GB for large, times the runs
  --profile PATH  CPU profiles of the measured processes, into this folder
  --json          the figures as one JSON object
`;

const OPTIONS = {
  small: { type: 'string', default: '105000' },
  large: { type: 'string', default: '200' },
  delta: { type: 'string', default: '1500' },
  rows: { type: 'string', default: '1000000' },
  seconds: { type: 'string', default: '5' },
  served: { type: 'string', default: '3000000' },
  builds: { type: 'string', default: '5' },
  keys: { type: 'string', default: '200000' },
  pulled: { type: 'string', default: '100' },
  signatures: { type: 'boolean', default: false },
  pushed: { type: 'string', default: '10000' },
  'pushed-large': { type: 'string', default: '200' },
  'no-scrub': { type: 'boolean', default: false },
  lines: { type: 'string', default: '2000000' },
  found: { type: 'string', default: '3000000' },
  crawled: { type: 'string', default: '3000000' },
  runs: { type: 'string', default: '3' },
  folder: { type: 'string' },
  profile: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Null when help is asked for. Throws, with what is wrong, for an option that is not known or not a number. */
export function parseOptions(words: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: false });
  if (values.help) return null;
  return {
    small: count('small', values.small),
    large: count('large', values.large),
    delta: count('delta', values.delta),
    rows: count('rows', values.rows),
    seconds: count('seconds', values.seconds),
    served: count('served', values.served),
    builds: count('builds', values.builds),
    keys: count('keys', values.keys),
    pulled: count('pulled', values.pulled),
    signatures: values.signatures,
    pushed: count('pushed', values.pushed),
    pushedLarge: count('pushed-large', values['pushed-large']),
    scrub: !values['no-scrub'],
    lines: count('lines', values.lines),
    found: count('found', values.found),
    crawled: count('crawled', values.crawled),
    runs: Math.max(1, count('runs', values.runs)),
    folder: values.folder ?? tmpdir(),
    profile: values.profile ?? null,
    json: values.json,
  };
}

function count(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} wants a whole number, not ${text}`);
  return Number(text);
}
