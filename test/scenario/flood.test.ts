// One address asks fifty times as much as is right, while somebody builds.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Agent, get } from 'node:http';
import { test } from 'node:test';
import { startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { startDaemon } from '../support/running-daemon.ts';

const FILES = 40;

test('a build from another address finishes, each of its files at the first asking, while one address floods the mirror', async (t) => {
  if (!needs(t, 'rsync', 'wrk')) return;
  const limits = { connections: 1000, per_address: 200, requests_per_second: 100 };
  const serve = { plain_http: true, listen: ['127.0.0.1:0'], access_log: null, limits };
  const mirror = await startMirror(t, { sections: { serve } });
  for (let n = 0; n < FILES; n += 1) mirror.origin.release(`tool${n}`, '1.0');
  const daemon = await startDaemon(t, mirror.configFile);
  await daemon.logs('pass finished');

  const flood = spawn(
    'wrk',
    ['-t2', '-c400', '-d60s', '--timeout', '5s', `${daemon.url}org/example/tool0/1.0/tool0-1.0.jar`],
    { stdio: 'ignore' },
  );
  const ended = new Promise((done) => flood.once('close', done));
  t.after(async () => {
    flood.kill('SIGKILL');
    await ended;
  });
  await new Promise((done) => setTimeout(done, 500));
  const agent = new Agent({ keepAlive: true, maxSockets: 5 });
  t.after(() => agent.destroy());
  const answers: (string | null)[] = [];
  for (let n = 0; n < FILES; n += 1) {
    for (const name of [`tool${n}-1.0.pom`, `tool${n}-1.0.jar`])
      answers.push(await fetchFrom(`${daemon.url}org/example/tool${n}/1.0/${name}`, agent));
  }
  const isFloodOver = flood.exitCode !== null;
  const health = await fetchFrom(`${daemon.url}-/health`, agent);
  const metrics = (await fetchFrom(`${daemon.url}-/metrics`, agent)) ?? '';

  assert.equal(isFloodOver, false, 'the flood was over before the build was');
  assert.deepEqual(
    answers.filter((answer) => answer === null),
    [],
  );
  assert.notEqual(health, null);
  assert.match(metrics, /assay_http_rate_limited_total [1-9]\d\d/);
  assert.match(metrics, /assay_http_refused_connections_total\{limit="per_address"\} [1-9]/);
});

/** The body from another address of this machine; null for anything but 200. */
function fetchFrom(url: string, agent: Agent): Promise<string | null> {
  return new Promise((done) => {
    const request = get(url, { agent, localAddress: '127.0.0.77' }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.once('end', () => done(answer.statusCode === 200 ? text : null));
    });
    request.setTimeout(60_000, () => request.destroy());
    request.once('error', () => done(null));
  });
}
