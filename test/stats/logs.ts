// Logs for tests of counting: lines as nginx writes them, a database, and a look at the counts.

import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { migrate } from '../../src/state/migrate.ts';
import { openState, type StateDatabase } from '../../src/state/open.ts';
import { openPublishedCounts } from '../../src/stats/export.ts';
import { ingest, type LogOutcome, type LogSource, refreshWholes, statsSchema } from '../../src/stats/ingest.ts';
import { countsOf, dayOf } from '../../src/stats/tally.ts';
import { temporaryFolder } from '../support/folder.ts';

export const NOON = Date.UTC(2026, 10, 21, 12);
export const TODAY = dayOf(NOON);

export interface LineOptions {
  readonly status?: number;
  readonly method?: string;
  readonly client?: string;
  readonly agent?: string;
  /** Milliseconds since 1970. */
  readonly at?: number;
  readonly bytes?: number;
}

/** A line of nginx's combined format. */
export function line(target: string, options: LineOptions = {}): string {
  const {
    status = 200,
    method = 'GET',
    client = '192.0.2.1',
    agent = 'Apache-Maven/3.9.9',
    at = NOON,
    bytes = 100,
  } = options;
  const [, day, month, year, time] = new Date(at).toUTCString().split(' ');
  return `${client} - - [${day}/${month}/${year}:${time} +0000] "${method} ${target} HTTP/1.1" ${status} ${bytes} "-" "${agent}"\n`;
}

/** `tool` in version `version`. */
export function jar(version: string): string {
  return `/org/example/tool/${version}/tool-${version}.jar`;
}

export interface Counting {
  readonly folder: string;
  readonly database: StateDatabase;
  /** The log `access.log` of `folder`, as nginx writes it. */
  readonly log: LogSource;
  ingest(options?: { now?: number; logs?: readonly LogSource[] }): Promise<LogOutcome[]>;
  /** `version:count` of `tool` on a day, sorted. */
  day(day?: number): string;
}

export function openCounting(t: TestContext): Counting {
  const folder = temporaryFolder(t);
  const database = openState(join(folder, 'state.db'));
  t.after(() => database.close());
  migrate(database, [statsSchema]);
  const log: LogSource = {
    name: 'nginx access.log',
    kind: 'nginx',
    format: null,
    also: [],
    place: { kind: 'files', path: join(folder, 'access.log') },
  };
  return {
    folder,
    database,
    log,
    async ingest({ now = NOON, logs = [log] } = {}) {
      const outcomes = await ingest(logs, { database, clock: { now: () => now } }, new AbortController().signal);
      refreshWholes(database, dayOf(now));
      return outcomes;
    },
    day: (day = TODAY) => {
      const { downloads } = openPublishedCounts(database).day(day, 'all', [log.name], NOON);
      return [...countsOf(downloads)]
        .map(({ version, count }) => `${version}:${count}`)
        .sort()
        .join(' ');
    },
  };
}
