// How counting a log stands beside goaccess and beside awk with the same rule, on the same file; what it holds when the log is four times as long; and
// how many reports a primary takes.

import { execFileSync, fork } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeKey } from '../../src/operator/key.ts';
import { intakeRoute, openEnrolment, primarySchema } from '../../src/primary/intake.ts';
import { signMessage } from '../../src/report/sign.ts';
import { migrate } from '../../src/state/migrate.ts';
import { openState } from '../../src/state/open.ts';
import type { CountingAnswer } from './counting-process.ts';
import type { Figure } from './figure.ts';
import { growLog } from './grown-log.ts';
import type { BenchOptions } from './options.ts';

const SEED = 20_261_121;
const TIMES_LONGER = 4;
const REPORTS = 2000;
const PROCESS = new URL('./counting-process.ts', import.meta.url);
const ENV = { PATH: `${process.env.PATH ?? ''}:/usr/bin`, LC_ALL: 'C', HOME: '/nonexistent' };
const JARS = `$6 == "\\"GET" && $9 == 200 && $7 ~ /^\\/([^\\/?]+\\/)+[^\\/?]+\\/[^\\/?]+\\/[^\\/?]+\\.jar$/ { c[$7]++ } END { for (k in c) n += c[k]; print n + 0 }`;

export async function measureCounting(
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
): Promise<Figure[]> {
  const folder = join(home, 'logs');
  mkdirSync(folder);
  const log = join(folder, 'access.log');
  const mib = growLog(log, options.lines, SEED) / 2 ** 20;
  tell(`a log of ${options.lines} lines, ${mib.toFixed(0)} MiB`);
  const ours: number[] = [];
  const goaccess: number[] = [];
  const awk: number[] = [];
  let peak = 0;
  for (let run = 0; run < options.runs; run += 1) {
    const counted = await count(log, join(folder, `run-${run}.db`));
    const byAwk = timed('awk', [JARS, log]);
    if (counted.downloads !== Number(byAwk.output))
      throw new Error(`${counted.downloads} downloads, awk counts ${byAwk.output}`);
    ours.push(counted.lines / counted.seconds);
    awk.push(options.lines / byAwk.seconds);
    if (hasGoaccess())
      goaccess.push(
        options.lines /
          timed('goaccess', [
            log,
            '--log-format=COMBINED',
            '--no-progress',
            '--no-global-config',
            '-o',
            join(folder, 'report.json'),
          ]).seconds,
      );
    peak = Math.max(peak, counted.peakMib);
    tell(`counted in ${counted.seconds.toFixed(1)} s, peak ${counted.peakMib.toFixed(0)} MiB`);
  }
  const longer = await lengthen(log, folder);
  const long = await count(longer, join(folder, 'long.db'));
  tell(`${long.lines} lines counted in ${long.seconds.toFixed(1)} s, peak ${long.peakMib.toFixed(0)} MiB`);
  rmSync(folder, { recursive: true });
  return [
    {
      work: 'lines of a log, beside goaccess',
      unit: '/s',
      ours,
      base: goaccess.length === 0 ? null : goaccess,
      aim: goaccess.length === 0 ? null : 2,
    },
    { work: 'lines of a log, beside awk', unit: '/s', ours, base: awk, aim: null },
    { work: `memory, a log ${TIMES_LONGER} times as long`, unit: 'MiB', ours: [long.peakMib], base: [peak], aim: 1.2 },
    { work: 'reports taken in', unit: '/s', ours: await takeReports(home, options.runs), base: null, aim: null },
  ];
}

function count(log: string, database: string): Promise<CountingAnswer> {
  const child = fork(PROCESS, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((done, fail) => {
    child.once('message', (answer) => done(answer as CountingAnswer));
    child.once('error', fail);
    child.once('exit', (status) => fail(new Error(`counting ended with ${status}`)));
    child.send({ log, database });
  });
}

function timed(command: string, args: readonly string[]): { readonly seconds: number; readonly output: string } {
  const begun = performance.now();
  const output = execFileSync(command, args, { encoding: 'utf8', env: ENV, stdio: ['ignore', 'pipe', 'ignore'] });
  return { seconds: (performance.now() - begun) / 1000, output: output.trim() };
}

function hasGoaccess(): boolean {
  return ['/usr/bin/goaccess', '/usr/local/bin/goaccess'].some((path) => existsSync(path));
}

/** The same lines again and again, behind a first one of its own: by its beginning a log is known. */
async function lengthen(log: string, folder: string): Promise<string> {
  const longer = join(folder, 'longer.log');
  growLog(longer, 1, SEED + 1);
  for (let time = 0; time < TIMES_LONGER; time += 1) {
    await pipeline(createReadStream(log), createWriteStream(longer, { flags: 'a' }));
  }
  return longer;
}

/** Reports of one mirror, signed beforehand; each is verified, read and kept. */
async function takeReports(home: string, runs: number): Promise<number[]> {
  const key = makeKey(join(home, 'report.key'));
  const url = new URL('https://primary.example.org/-/api/v1/reports');
  const downloads = {
    'org.example': Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`tool-${index}`, { '1.0': 3, '1.1': 2 }]),
    ),
  };
  const figures: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const database = openState(join(home, `primary-${run}.db`));
    migrate(database, [primarySchema]);
    const mirrors = [{ name: 'mirror-0', keys: [{ publicKey: key.publicKey, notAfter: null, revokedAt: null }] }];
    const route = intakeRoute({
      database,
      enrolment: openEnrolment(database, mirrors),
      write: (work) => work(database),
    });
    const now = Date.now();
    const requests = [];
    for (let sequence = 1; sequence <= REPORTS; sequence += 1) {
      const day = new Date(now - sequence * 86_400_000).toISOString().slice(0, 10);
      const statistics = { day, rule: 1, coverage: 'full', downloads, traffic: null };
      const body = Buffer.from(
        JSON.stringify({
          assay_report: 1,
          mirror: 'mirror-0',
          sequence,
          made_at: new Date(now).toISOString(),
          kind: 'statistics',
          statistics,
        }),
      );
      const headers = { ...(await signMessage(url, body, key, now)), host: url.host };
      requests.push({
        method: 'POST',
        path: url.pathname,
        params: {},
        query: new URLSearchParams(),
        headers,
        body,
        address: '192.0.2.1',
        now,
      });
    }
    const begun = performance.now();
    for (const request of requests) {
      const { status } = await route.answer(request);
      if (status !== 200) throw new Error(`a report was answered ${status}`);
    }
    figures.push(REPORTS / ((performance.now() - begun) / 1000));
    database.close();
  }
  return figures;
}
