// The shapes of the playbook in turn on one booted machine: each is what the inventory says, and the tree goes on being served. Also what takes too
// long for every run of the tests: an upgrade behind nginx under load, the legacy profile, certificates from files, an authority that refuses.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MINUTE } from '../../src/host/clock.ts';
import { bootMachine, type Machine } from '../ansible/machine.ts';
import { openNeighbourhood } from '../ansible/neighbourhood.ts';
import type { Played, Variables } from '../ansible/play.ts';
import {
  anArtifact,
  lookerAt,
  makeBuilds,
  NAME,
  playOn,
  REFUSED,
  SECOND_COMMIT,
  sha256,
  startAsking,
} from '../ansible/trial.ts';
import { whyNoContainer } from '../support/container.ts';
import type { Endured } from './tell.ts';

const BUCKET = { name: 'main', kind: 's3', bucket: 'b', endpoint: 'http://127.0.0.1:9', schedule: '0 0 1 1 *' };

/** None where no container can be booted, which is told. */
export async function shapeRounds(home: string, signal: AbortSignal): Promise<Endured[]> {
  const why = whyNoContainer();
  if (why !== null) {
    process.stdout.write(`shapes: left out; this machine cannot boot a container (${why})\n`);
    return [];
  }
  mkdirSync(home, { recursive: true });
  const afters: (() => unknown)[] = [];
  try {
    const machine = await bootMachine({ after: (work) => void afters.push(work as () => unknown) }, home, [
      NAME,
      REFUSED,
    ]);
    const trials = await trialsOn(machine, home);
    const endured: Endured[] = [];
    for (const [name, trial] of Object.entries(trials)) {
      if (signal.aborted) break;
      const begun = performance.now();
      const faults = await trial().then(
        () => [],
        (error: Error) => [error.message],
      );
      endured.push({
        place: 'playbook: a shape',
        detail: name,
        hasHappened: true,
        faults,
        milliseconds: performance.now() - begun,
      });
      process.stdout.write(`shapes: ${name}: ${faults.length === 0 ? 'good' : faults.join('\n')}\n`);
    }
    return endured;
  } finally {
    for (const work of afters.toReversed()) await work();
  }
}

async function trialsOn(machine: Machine, home: string): Promise<Record<string, () => Promise<void>>> {
  const world = await openNeighbourhood(machine, home, REFUSED);
  const builds = await makeBuilds(home);
  await machine.booted();
  const look = lookerAt(machine, world);
  const at = (variables: Variables, words: readonly string[] = []) =>
    playOn(machine, world, home, { assay_release: builds.first, assay_release_key: builds.key, ...variables }, words);
  const served = async () => {
    const [path, expected] = anArtifact(world);
    const { head, body } = await look.get(path);
    assert.deepEqual(body, expected);
    assert.match(head, new RegExp(`^x-checksum-sha256: ${sha256(expected)}\r$`, 'im'));
    assert.equal((await look.json('/-/health')).healthy, true);
  };
  const stands = async (variables: Variables) => {
    assertGood(await at(variables));
    const again = await at(variables);
    assertGood(again);
    assert.deepEqual([...again.changes], [], 'a second run changes nothing');
  };
  const shape = (assay_shape: string, more: Variables = {}) => ({ assay_shape, ...more });
  const nginx = shape('nginx', { assay_release: builds.second });
  return {
    'a look first': async () => {
      assertGood(await at({}, ['--check', '--diff']));
      assert.match(
        (await machine.ssh('ls -d /opt/assay /etc/assay; getent passwd assay; true')).output,
        /No such file[\s\S]*No such file/,
      );
    },
    'an authority that refuses': async () => {
      const { failures } = await at({ assay_also_names: [REFUSED] });
      assert.match(failures.get(NAME) ?? '', new RegExp(`^No certificate for ${NAME}, ${REFUSED}: .*${REFUSED}`));
    },
    alone: async () => {
      await stands(shape('alone'));
      await look.untilPublished();
      await served();
    },
    nginx: async () => {
      await stands(shape('nginx'));
      await served();
      assert.match((await machine.ssh('ss -Hltnp')).output, /:443 .*nginx/);
    },
    'an upgrade behind nginx, under load': async () => {
      const [path, expected] = anArtifact(world);
      const asking = startAsking(machine, `https://${NAME}${path}`, world.caFile, sha256(expected));
      assertGood(await at(nginx));
      const { faults, right } = await asking.stop();
      assert.deepEqual(faults, []);
      assert.ok(right > 0);
      assert.equal((await look.json('/-/status.json')).build.commit, SECOND_COMMIT);
    },
    'a machine that dies in the middle of an upgrade': async () => {
      const boot = await machine.booted();
      const dying = at(shape('nginx', { assay_release: builds.first }));
      await untilThere(join(machine.tree, 'opt/assay/upgrade/paused'));
      await machine.ssh('systemctl --force --force reboot');
      assert.notEqual((await dying).status, 0);
      await machine.booted(boot);
      assertGood(await at(shape('nginx', { assay_release: builds.first })));
      assert.equal((await look.json('/-/status.json')).paused, null);
    },
    'nginx while the daemon is down': async () => {
      await machine.ssh('systemctl stop assay.service');
      const [path, expected] = anArtifact(world);
      assert.deepEqual((await look.get(path)).body, expected);
      await machine.ssh('systemctl start assay.service');
    },
    primary: async () => {
      await stands(shape('primary', { assay_release: builds.second }));
      await served();
      assert.equal((await look.ask('/-/mirrors.json')).status, 0);
    },
    legacy: async () => {
      const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${NAME}`];
      await machine.run('openssl', ...request, '-keyout', join(home, 'own.key'), '-out', join(home, 'own.pem'));
      const files = {
        assay_certificate_file: join(home, 'own.pem'),
        assay_certificate_key_file: join(home, 'own.key'),
      };
      assertGood(
        await at({ ...files, assay_certificate: 'files', assay_tls_profile: 'legacy', assay_release: builds.second }),
      );
      const { output } = await machine.run(
        'openssl',
        's_client',
        '-connect',
        `${NAME}:443`,
        '-tls1',
        '-cipher',
        'ALL:@SECLEVEL=0',
        '-noservername',
      );
      assert.match(output, /Protocol *: TLSv1\b/);
    },
    push: async () => {
      await stands(shape('push', { assay_release: builds.second, assay_config: { push: [BUCKET] } }));
      assert.doesNotMatch((await machine.ssh('ss -Hltn')).output, /:(443|80) /);
      assert.match((await machine.ssh('systemctl is-active assay.service')).output, /^active/);
    },
    'taken away, but its data': async () => {
      assertGood(await at({ playbook: 'playbook-uninstall.yml', assay_shape: 'push' }));
      assert.match(
        (await machine.ssh('ls /var/lib/assay/published; ls -d /opt/assay')).output,
        /org[\s\S]*cannot access '\/opt\/assay'/,
      );
    },
  };
}

async function untilThere(file: string): Promise<void> {
  const giveUpAt = performance.now() + 5 * MINUTE;
  while (!existsSync(file)) {
    if (performance.now() > giveUpAt) throw new Error(`${file} did not come to be`);
    await wait(100);
  }
}

function assertGood({ failures }: Played): void {
  assert.deepEqual([...failures], []);
}
