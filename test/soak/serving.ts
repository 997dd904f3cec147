// The server among people who wish it ill: broken requests, a crowd that asks for nothing or reads drop by drop, and processes that are killed.

import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { startServing } from '../../src/compose/serving.ts';
import { readConfig } from '../../src/config/load.ts';
import { seededRandom } from '../../src/demo/repository/random.ts';
import { systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { growServed, type ServedTree } from '../bench/served-tree.ts';
import { faultOf, fuzzBytes, sendFuzz } from '../mirror/serve/fuzz.ts';
import { CLIENTS, isThere, listenersAt, startLoad } from '../support/load.ts';
import { childrenOf } from '../support/running-daemon.ts';
import { type Endured, tellProgress } from './tell.ts';

export interface ServingSoak {
  readonly fuzz: number;
  readonly kills: number;
  readonly idle: number;
  readonly slow: number;
}

const PROCESSES = 2;
const AT_A_TIME = 16;
const FUZZ_OF_ROUND = 10_000;

export async function servingRounds(
  home: string,
  seed: number,
  soak: ServingSoak,
  signal: AbortSignal,
): Promise<Endured[]> {
  if (soak.fuzz + soak.kills + soak.idle + soak.slow === 0) return [];
  const tree = growServed(home, 0);
  const before = new Set(childrenOf(process.pid));
  const serving = await startServing(
    configOf(tree),
    { clock: systemClock, logger: makeLogger('silent') },
    new AbortController().signal,
  );
  const crew = () => childrenOf(process.pid).filter((pid) => !before.has(pid));
  const site = { url: serving.urls[0] ?? '', tree, crew };
  try {
    const endured: Endured[] = [];
    const add = (round: Endured) => {
      endured.push(round);
      tellProgress(endured, Math.ceil(soak.fuzz / FUZZ_OF_ROUND) + soak.kills + 1);
    };
    for (let from = 0; from < soak.fuzz && !signal.aborted; from += FUZZ_OF_ROUND) {
      add(await fuzzRound(site, seed, from, Math.min(soak.fuzz, from + FUZZ_OF_ROUND)));
    }
    if (soak.idle + soak.slow > 0 && !signal.aborted) add(await crowdRound(site, soak));
    for (let kill = 0; kill < soak.kills && !signal.aborted; kill += 1) add(await killRound(site, seed, kill));
    return endured;
  } finally {
    await serving.stop();
  }
}

interface Site {
  readonly url: string;
  readonly tree: ServedTree;
  crew(): number[];
}

function configOf(tree: ServedTree): Parameters<typeof startServing>[0] {
  const limits = { connections: 20_000, per_address: 20_000 };
  const serve = {
    processes: PROCESSES,
    plain_http: true,
    listen: ['127.0.0.1:0'],
    access_log: join(tree.data, '../access.log'),
    limits,
  };
  const loaded = readConfig(JSON.stringify({ name: 'soak.example.org', data: tree.data, serve }), {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  return loaded.config;
}

async function timed(place: string, detail: string, work: () => Promise<string[]>): Promise<Endured> {
  const begun = performance.now();
  const faults = await work();
  return { place, detail, hasHappened: true, faults, milliseconds: performance.now() - begun };
}

function fuzzRound(site: Site, seed: number, from: number, to: number): Promise<Endured> {
  return timed('broken requests', `seed ${seed}, ${from} to ${to}`, async () => {
    const faults: string[] = [];
    let next = from;
    const port = Number(new URL(site.url).port);
    const work = async () => {
      for (let number = next++; number < to; number = next++) {
        const fault = await sendFuzz(port, fuzzBytes(seed, number)).then(faultOf, String);
        if (fault !== null) faults.push(`fuzz ${number}: ${fault}`);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    return [...faults, ...(await soundness(site))];
  });
}

/** Served right, by as many processes as there should be. */
async function soundness({ url, tree, crew }: Site): Promise<string[]> {
  const [path = ''] = tree.small;
  const answer = await fetch(url.slice(0, -1) + path).catch((error: unknown) => String(error));
  if (typeof answer === 'string') return [answer];
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isRight = answer.status === 200 && bytes.equals(readFileSync(join(tree.published, path)));
  return [
    ...(isRight ? [] : [`answered ${answer.status}`]),
    ...(crew().length === PROCESSES ? [] : ['a process is missing']),
  ];
}

const CROWD_MS = 30_000;

/** Connections that ask for nothing, and connections that read a large file drop by drop; files are asked for in between. */
function crowdRound(site: Site, { idle, slow }: ServingSoak): Promise<Endured> {
  return timed('a crowd', `${idle} idle, ${slow} slow`, async () => {
    const { hostname, port } = new URL(site.url);
    const join = () => connectTo(hostname, Number(port));
    const crowd: Socket[] = [];
    try {
      for (let n = 0; n < idle; n += 1) crowd.push(await join());
      for (let n = 0; n < slow; n += 1) {
        const socket = await join();
        socket.pause();
        socket.write(`GET ${site.tree.hundred} HTTP/1.1\r\nhost: a\r\n\r\n`);
        crowd.push(socket);
      }
      const faults: string[] = [];
      const begun = performance.now();
      let longest = 0;
      while (performance.now() - begun < CROWD_MS) {
        const asked = performance.now();
        faults.push(...(await soundness(site)));
        longest = Math.max(longest, performance.now() - asked);
        for (const socket of crowd.slice(idle)) socket.read(256);
      }
      const memory = Math.max(...site.crew().map(residentMib));
      process.stdout.write(
        `${idle} idle and ${slow} slow connections: longest answer ${longest.toFixed(0)} ms, a process holds ${memory.toFixed(0)} MiB\n`,
      );
      return faults;
    } finally {
      for (const socket of crowd) socket.destroy();
    }
  });
}

function residentMib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
}

function connectTo(host: string, port: number): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect({ host, port });
    // Some are ended by the server in the end: that is what it is for.
    socket.on('error', fail);
    socket.once('connect', () => done(socket));
  });
}

function killRound(site: Site, seed: number, kill: number): Promise<Endured> {
  const random = seededRandom(`serve kill ${seed} ${kill}`);
  return timed('a serve process', `seed ${seed}, kill ${kill}`, async () => {
    const [path = ''] = site.tree.small;
    const expected = readFileSync(join(site.tree.published, path)).toString();
    const load = startLoad(site.url.slice(0, -1) + path, expected, {});
    await systemClock.sleep(random.below(300), AbortSignal.timeout(1000));
    const crew = site.crew();
    const victim = crew[random.below(crew.length)] ?? 0;
    process.kill(victim, 'SIGKILL');
    const deadline = AbortSignal.timeout(60_000);
    while ((isThere(victim) || listenersAt(site.url) < PROCESSES) && !deadline.aborted)
      await systemClock.sleep(50, deadline);
    const { wrong, cut, lostTwice } = await load.stop();
    return [
      ...(wrong > 0 ? [`${wrong} wrong answers`] : []),
      ...(cut > 2 * CLIENTS ? [`${cut} connections were cut`] : []),
      ...(lostTwice > 1 ? [`${lostTwice} requests were lost twice`] : []),
      ...(deadline.aborted ? ['the dead process did not return'] : []),
    ];
  });
}
