// nginx itself writes the log, under load; awk counts it independently.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { freePort, ownLoopbackAddress } from '../../src/demo/loopback.ts';
import { openPublishedCounts } from '../../src/stats/export.ts';
import type { LogSource } from '../../src/stats/ingest.ts';
import { sortedCounts } from '../../src/stats/tally.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import { eventually } from '../support/running-daemon.ts';
import { openCounting } from './logs.ts';

const TIMED = `'$msec $status "$request" "$http_user_agent" '\n    '$body_bytes_sent $remote_addr'`;
const VERSIONS = ['1.0', '1.1', '2.0-beta+1'];

test('what nginx logs under load, rotated in the middle, is counted as awk counts it', async (t) => {
  if (!needs(t, 'nginx', 'wrk')) return;
  const nginx = await startNginx(t);
  const counting = openCounting(t);
  const now = Date.now();
  const combined: LogSource = { ...counting.log, place: { kind: 'files', path: join(nginx.logs, 'combined.log') } };
  const timed: LogSource = {
    ...counting.log,
    name: 'timed',
    format: `log_format timed ${TIMED};`,
    place: { kind: 'files', path: join(nginx.logs, 'timed.log') },
  };
  const count = () => counting.ingest({ now, logs: [combined, timed] });

  nginx.load();
  await count();
  for (const name of ['combined.log', 'timed.log']) renameSync(join(nginx.logs, name), join(nginx.logs, `${name}.1`));
  nginx.reopen();
  nginx.load();
  await nginx.stop();
  const outcomes = await count();

  const days = openPublishedCounts(counting.database);
  const found = days.days('own').flatMap((day) => sortedCounts(days.day(day, 'own', [], now).downloads));
  const sum = (version: string) =>
    found.filter((each) => each.version === version).reduce((total, each) => total + each.count, 0);
  for (const version of VERSIONS) {
    const expected = awkCount(nginx.logs, 'combined', version);
    assert.ok(expected > 100, `only ${expected} requests: no load at all`);
    // Both logs tell of the same requests.
    assert.equal(sum(version), 2 * expected, version);
  }
  assert.deepEqual(
    outcomes.map(({ rejected, error }) => [rejected, error]),
    [
      [0, null],
      [0, null],
    ],
  );
  assert.deepEqual([...new Set(found.map(({ version }) => version))].sort(), [...VERSIONS].sort());
});

/** Fields of the combined format between blanks: method, target, protocol and status are the sixth to the ninth. */
function awkCount(folder: string, name: string, version: string): number {
  const encoded = version.replace('+', '%2B');
  const program = `$6 == "\\"GET" && $9 == 200 && ($7 == a || $7 == b) { n++ } END { print n + 0 }`;
  const target = (text: string) => `/repo/org/example/tool/${text}/tool-${text}.jar`;
  const files = [`${name}.log`, `${name}.log.1`].map((file) => join(folder, file));
  const args = ['-v', `a=${target(version)}`, '-v', `b=${target(encoded)}`, program, ...files];
  return Number(execFileSync('awk', args, { encoding: 'utf8' }));
}

interface Nginx {
  readonly logs: string;
  /** Requests for a second: jars, POMs, sums, POSTs, conditional and range requests, things that are not there. */
  load(): void;
  /** As logrotate makes it open its logs anew. */
  reopen(): void;
  stop(): Promise<void>;
}

async function startNginx(t: TestContext): Promise<Nginx> {
  const folder = temporaryFolder(t);
  const logs = join(folder, 'logs');
  const address = ownLoopbackAddress(process.pid);
  const port = await freePort(address);
  mkdirSync(logs);
  for (const version of VERSIONS) {
    const place = join(folder, 'html/repo/org/example/tool', version);
    mkdirSync(place, { recursive: true });
    for (const ending of ['.jar', '.pom', '.jar.sha1'])
      writeFileSync(join(place, `tool-${version}${ending}`), 'x'.repeat(500));
  }
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, `${address}:${port}`));
  writeFileSync(join(folder, 'load.lua'), LOAD);
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(logs, 'error.log')], {
    stdio: 'ignore',
    env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  const ended = new Promise((done) => child.once('close', done));
  const stop = async () => {
    child.kill('SIGQUIT');
    await ended;
  };
  t.after(stop);
  await eventually(() => answers(address, port), 'nginx listens');
  return {
    logs,
    load: () =>
      void execFileSync('wrk', ['-t1', '-c4', '-d1s', '-s', join(folder, 'load.lua'), `http://${address}:${port}/`]),
    reopen: () => void child.kill('SIGUSR1'),
    stop,
  };
}

function configuration(folder: string, listen: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/tmp-${name};`,
  );
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 2;
pid ${folder}/pid;
events { worker_connections 64; }
http {
  ${temporary.join('\n  ')}
  log_format timed ${TIMED};
  access_log ${folder}/logs/combined.log combined;
  access_log ${folder}/logs/timed.log timed;
  server { listen ${listen}; root ${folder}/html; }
}
`;
}

const LOAD = `
local n = 0
local versions = { "1.0", "1.1", "2.0-beta%2B1", "2.0-beta+1" }
local endings = { ".jar", ".jar", ".jar", ".pom", ".jar.sha1", "-missing.jar", ".jar?query" }
function request()
  n = n + 1
  local version = versions[n % #versions + 1]
  local path = "/repo/org/example/tool/" .. version .. "/tool-" .. version .. endings[n % #endings + 1]
  if n % 11 == 0 then return wrk.format("GET", path, { ["If-Modified-Since"] = "Fri, 01 Jan 2100 00:00:00 GMT" }) end
  if n % 17 == 0 then return wrk.format("POST", path) end
  if n % 13 == 0 then return wrk.format("GET", path, { ["Range"] = "bytes=0-9" }) end
  return wrk.format("GET", path, { ["User-Agent"] = "a \\"quoted\\" agent" })
end
`;

function answers(address: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, address);
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
