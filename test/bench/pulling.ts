// What a client waits for when a mirror fetches on demand, beside what it would wait for at an origin some distance away; and once the file is here.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { clojarsTwin } from '../support/clojars-twin.ts';
import { startDaemon } from '../support/running-daemon.ts';
import { startDistance } from './distance.ts';
import { type Figure, median } from './figure.ts';
import type { BenchOptions } from './options.ts';

/** There and back, as to a CDN on the same continent. */
const DISTANCE_MS = 50;
const JAR_BYTES = 200_000;

export async function measurePulling(
  home: string,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const misses = { ours: [] as number[], base: [] as number[] };
  const hits = { ours: [] as number[], base: [] as number[] };
  for (let run = 1; run <= options.runs; run += 1) {
    tell(`pull-through ${run}: ${options.pulled} jars that are not here`);
    const { origin, miss, hit, near } = await pullRun(join(home, `pulling-${run}`), options.pulled, signal);
    misses.ours.push(miss);
    misses.base.push(origin);
    hits.ours.push(hit);
    hits.base.push(near);
  }
  return [
    { work: `pull-through: a jar that is not here, origin ${DISTANCE_MS} ms away`, unit: 'ms', ...misses, aim: 1.2 },
    {
      work: 'pull-through: the same once it is here, beside an origin on this machine',
      unit: 'ms',
      ...hits,
      aim: null,
    },
  ];
}

/** Medians, milliseconds. Requests come one after another over kept connections, as from one build. */
async function pullRun(home: string, jars: number, signal: AbortSignal) {
  await using cleanUp = new AsyncDisposableStack();
  const t = { after: (end: () => unknown) => cleanUp.defer(async () => void (await end())) } as unknown as Pick<
    TestContext,
    'after'
  >;
  const twin = await clojarsTwin(t);
  const paths = Array.from({ length: jars }, (_, number) => {
    const name = `tool-${number}`;
    twin.deploy(name, ['1.0']);
    const path = `org/example/${name}/1.0/${name}-1.0.jar`;
    twin.put(path, name.repeat(JAR_BYTES / name.length));
    return path;
  });
  const far = cleanUp.use(await startDistance(twin.cdn, DISTANCE_MS));
  const configFile = `${home}.yaml`;
  writeFileSync(
    configFile,
    JSON.stringify({
      name: 'bench.example.org',
      data: home,
      source: { kind: 'http', mode: 'on-demand', url: far.url, min_free_gib: 0, jitter_seconds: 0 },
      serve: { listen: ['127.0.0.1:0'], plain_http: true, access_log: null },
    }),
  );
  const daemon = await startDaemon(t, configFile);
  const times = { origin: [] as number[], miss: [] as number[], hit: [] as number[], near: [] as number[] };
  for (const path of paths) {
    times.origin.push(await timeOf(far.url + path, signal));
    times.miss.push(await timeOf(daemon.url + path, signal));
    times.hit.push(await timeOf(daemon.url + path, signal));
    times.near.push(await timeOf(twin.cdn + path, signal));
  }
  return {
    origin: median(times.origin),
    miss: median(times.miss),
    hit: median(times.hit),
    near: median(times.near),
  };
}

async function timeOf(url: string, signal: AbortSignal): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(url, { signal });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
  return performance.now() - begun;
}
