// What a Prometheus sees of a running mirror, whichever of its processes it meets.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { eventually, isRunning, type RunningDaemon, startDaemon } from '../support/running-daemon.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';

describe('metrics', { concurrency: 2 }, () => {
  test('tell the last success first, then the tree and what is held back', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await startMirror(t);
    mirror.origin.release('tool', '1.0');
    mirror.origin.put('org/example/bad/1.0/bad-1.0.pom', 'x');
    mirror.origin.put('org/example/bad/1.0/bad-1.0.pom.sha1', '0'.repeat(40));
    const daemon = await startDaemon(t, mirror.configFile);
    await daemon.logs('pass finished');

    const answer = await fetch(`${daemon.url}-/metrics`);
    const text = await answer.text();

    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    assert.equal(names[0], 'assay_last_success_timestamp_seconds');
    assert.equal(new Set(names).size, names.length);
    const figures = figuresOf(text);
    const started = Date.parse((await status(daemon)).last_success_at) / 1000;
    assert.equal(figures.get('assay_last_success_timestamp_seconds'), started);
    assert.equal(figures.get('assay_published_files'), 4);
    assert.equal(figures.get('assay_quarantine_files'), 1);
    assert.equal(figures.get('assay_serve_processes'), 1);
    assert.equal(figures.get(`assay_source_reachable{url="${mirror.url}"}`), 1);
  });

  test('are the same of whichever process is asked, exact, and never go back when one is killed', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await startMirror(t, {
      sections: { serve: { processes: 3, plain_http: true, listen: ['127.0.0.1:0'] } },
    });
    mirror.origin.release('tool', '1.0');
    const daemon = await startDaemon(t, mirror.configFile);
    await daemon.logs('pass finished');

    // Each on a connection of its own: the kernel shares them out.
    for (let n = 0; n < 60; n += 1) await get(daemon.url + JAR);
    await eventually(async () => (await answered(daemon)) === 60, 'all are counted');
    const scrapes: number[] = [];
    for (let n = 0; n < 20; n += 1) scrapes.push(await answered(daemon));
    const [victim] = daemon.crew();
    assert.ok(victim !== undefined);
    process.kill(victim, 'SIGKILL');
    await eventually(() => !isRunning(victim) && daemon.crew().length === 3, 'another takes its place');
    await eventually(async () => (await scrape(daemon)).get('assay_serve_processes') === 3, 'it is counted');
    const after = await scrape(daemon);

    assert.deepEqual([...new Set(scrapes)], [60]);
    assert.equal(after.get('assay_http_answers_total{method="GET",status="200",of="repository"}'), 60);
    assert.equal(after.get('assay_serve_process_deaths_total'), 1);
  });
});

async function answered(daemon: RunningDaemon): Promise<number> {
  return (await scrape(daemon)).get('assay_http_answers_total{method="GET",status="200",of="repository"}') ?? 0;
}

async function scrape(daemon: RunningDaemon): Promise<Map<string, number>> {
  return figuresOf(await (await get(`${daemon.url}-/metrics`)).text());
}

/** Refused while a process is being replaced: its share of new connections has nobody. */
async function get(url: string): Promise<Response> {
  return fetch(url, { headers: { connection: 'close' } });
}

async function status(daemon: RunningDaemon): Promise<{ last_success_at: string }> {
  return (await (await fetch(`${daemon.url}-/status.json`)).json()) as { last_success_at: string };
}

function figuresOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}
