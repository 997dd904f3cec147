// Serve processes that die, certificates and logs that are changed, while clients go on asking.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { get as getHttp, Agent as HttpAgent, type RequestOptions } from 'node:http';
import { get as getHttps, Agent as HttpsAgent } from 'node:https';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom } from '../../src/demo/repository/random.ts';
import { makeCertificate } from '../../src/demo/world.ts';
import { startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { eventually, startDaemon } from '../support/running-daemon.ts';
import { seedOfRun } from '../support/seed.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const TEXT = 'tool 1.0';
const KILLS = 20;
const CLIENTS = 8;

describe('serving under load', { concurrency: 1 }, () => {
  test(`${KILLS} times a serve process is killed: the others go on, the dead one returns, no answer is wrong`, async (t) => {
    if (!needs(t, 'rsync')) return;
    const seed = seedOfRun();
    t.diagnostic(`ASSAY_TEST_SEED=${seed}`);
    const random = seededRandom(`kills ${seed}`);
    const serve = { processes: 4, plain_http: true, listen: ['127.0.0.1:0'], access_log: null };
    const mirror = await startMirror(t, { sections: { serve } });
    mirror.origin.release('tool', '1.0');
    const daemon = await startDaemon(t, mirror.configFile);
    await daemon.logs('pass finished');
    const load = startLoad(daemon.url + JAR, {});
    const victims: number[] = [];

    for (let kill = 0; kill < KILLS; kill += 1) {
      await eventually(() => !victims.some(isThere) && listenersAt(daemon.url) >= 2, 'one goes on');
      const crew = daemon.crew();
      const victim = crew[random.below(crew.length)] ?? 0;
      process.kill(victim, 'SIGKILL');
      victims.push(victim);
      await wait(random.below(300));
    }
    await eventually(() => listenersAt(daemon.url) === 4 && !victims.some(isThere), 'all serve again');
    const told = await load.stop();

    assert.equal(told.wrong, 0, 'an answer was wrong');
    assert.ok(told.right > 1000, `${told.right} answers`);
    // Only what was under way on a connection of a dead process; each client has one.
    assert.ok(told.cut <= KILLS * CLIENTS, `${told.cut} cut`);
    assert.ok(told.lostTwice <= KILLS, `${told.lostTwice} not answered at the second try either`);
  });

  test('certificates renewed, logs rotated and a pass made in between cost no request', async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await startMirror(t);
    mirror.origin.release('tool', '1.0');
    const files = { certificate: `${mirror.data}.certificate.pem`, key: `${mirror.data}.key.pem` };
    const renew = async () => {
      const made = await makeCertificate({ names: ['localhost'], addresses: ['127.0.0.1'], now: Date.now(), days: 2 });
      writeFileSync(files.certificate, made.certificatePem);
      writeFileSync(files.key, made.keyPem);
    };
    await renew();
    const log = join(`${mirror.data}.logs`, 'access.log');
    mirror.configure({
      serve: { listen: ['127.0.0.1:0'], redirect_http: [], tls: files, processes: 2, access_log: log },
    });
    const daemon = await startDaemon(t, mirror.configFile);
    await daemon.logs('pass finished');
    const load = startLoad(daemon.url + JAR, { rejectUnauthorized: false });

    for (let round = 0; round < 4; round += 1) {
      await wait(400);
      await renew();
      renameSync(log, `${log}.${round}`);
      daemon.signal('SIGHUP');
      mirror.origin.release('more', `1.${round}`);
    }
    await mirror.program('sync', '--wait', '60');
    await wait(400);
    const told = await load.stop();
    daemon.signal('SIGTERM');
    const end = await daemon.ended;

    assert.deepEqual([told.wrong, told.cut], [0, 0]);
    assert.equal(end.status, 0);
    const lines = [0, 1, 2, 3]
      .map((round) => `${log}.${round}`)
      .concat(log)
      .flatMap((file) => readFileSync(file, 'latin1').split('\n').slice(0, -1));
    const counted = lines.filter((line) => line.includes(`"GET /${JAR} HTTP/1.1" 200 ${TEXT.length}`)).length;
    assert.equal(counted, told.right);
  });
});

/** Not gone before its parent has taken leave of it: until then one of its threads may hold the socket. */
function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

/** Sockets that listen on the port, one of each process that serves. */
function listenersAt(url: string): number {
  const local = `:${Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n');
  // proc(5): local address, remote address, state; 0A is LISTEN.
  return lines.map((line) => line.trim().split(/ +/)).filter(([, at, , state]) => at?.endsWith(local) && state === '0A')
    .length;
}

interface Told {
  right: number;
  wrong: number;
  /** Connections that ended under a request; it was sent once more. */
  cut: number;
  lostTwice: number;
}

/** Clients with one connection each that ask without a pause, as a build does, and ask once more what was cut. */
function startLoad(url: string, options: RequestOptions & { rejectUnauthorized?: boolean }): { stop(): Promise<Told> } {
  const told: Told = { right: 0, wrong: 0, cut: 0, lostTwice: 0 };
  let isOver = false;
  const work = async () => {
    const agent = url.startsWith('https:')
      ? new HttpsAgent({ keepAlive: true, maxSockets: 1 })
      : new HttpAgent({ keepAlive: true, maxSockets: 1 });
    while (!isOver) {
      const first = await ask(url, { ...options, agent });
      const answer = first ?? (await ask(url, { ...options, agent: false }));
      if (first === null) told.cut += 1;
      if (answer === null) told.lostTwice += 1;
      else if (answer === `200 ${TEXT}`) told.right += 1;
      else told.wrong += 1;
    }
    agent.destroy();
  };
  const working = Promise.all(Array.from({ length: CLIENTS }, work));
  return {
    async stop() {
      isOver = true;
      await working;
      return told;
    },
  };
}

/** Status and body; null when the connection failed. */
function ask(url: string, options: RequestOptions): Promise<string | null> {
  return new Promise((done) => {
    const request = (url.startsWith('https:') ? getHttps : getHttp)(url, options, (answer) => {
      let text = `${answer.statusCode} `;
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.once('error', () => done(null));
      answer.once('end', () => done(text));
    });
    request.setTimeout(30_000, () => request.destroy(new Error('no answer')));
    request.once('error', () => done(null));
  });
}
