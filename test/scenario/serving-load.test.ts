// Serve processes that die, certificates and logs that are changed, while clients go on asking.

import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom } from '../../src/demo/repository/random.ts';
import { makeCertificate } from '../../src/demo/world.ts';
import { CLIENTS, isThere, listenersAt, startLoad } from '../support/load.ts';
import { startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { eventually, startDaemon } from '../support/running-daemon.ts';
import { seedOfRun } from '../support/seed.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const TEXT = 'tool 1.0';
const KILLS = 20;

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
    const load = startLoad(daemon.url + JAR, TEXT, {});
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
    const load = startLoad(daemon.url + JAR, TEXT, { rejectUnauthorized: false });

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
