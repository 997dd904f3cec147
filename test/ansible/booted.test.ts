// The playbook against a real machine: a bare Debian 12 that was booted, an rsync origin, and an authority that speaks ACME. What is looked at is
// what clients see from outside. The other shapes are played in `npm run soak`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE } from '../../src/host/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import { bootMachine } from './machine.ts';
import { openNeighbourhood } from './neighbourhood.ts';
import type { Variables } from './play.ts';
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
} from './trial.ts';

/** A machine that has other work takes its time; what has come to a stop is ended all the same. */
const PATIENCE_MS = 25 * MINUTE;

test('a bare machine becomes a mirror by one play, is upgraded without a gap, goes back from a broken build, and is bare again', {
  timeout: PATIENCE_MS,
}, async (t) => {
  if (!needs(t, 'ansible-playbook', 'debootstrap', 'systemd-nspawn', 'pebble', 'rsync', 'curl', 'ssh', 'ssh-keygen'))
    return;
  if (!needs(t, 'setpriv', 'unshare', 'ip', 'git', 'container')) return;
  const home = temporaryFolder(t);
  const machine = await bootMachine(t, home, [NAME, REFUSED]);
  const world = await openNeighbourhood(machine, home, REFUSED);
  const builds = await makeBuilds(home);
  await machine.booted();
  const at = (variables: Variables) =>
    playOn(machine, world, home, { assay_release: builds.first, assay_release_key: builds.key, ...variables });
  const look = lookerAt(machine, world);

  await t.test(
    'one play: HTTPS with the certificate of the authority, a proven tree, sums in headers, green health',
    async () => {
      const { failures } = await at({});

      assert.deepEqual([...failures], []);
      await look.untilPublished();
      assert.equal((await look.json('/-/health')).healthy, true);
      const [path, expected] = anArtifact(world);
      const { head, body } = await look.get(path);
      assert.deepEqual(body, expected);
      assert.match(head, new RegExp(`^x-checksum-sha256: ${sha256(expected)}\r$`, 'im'));
    },
  );

  await t.test('a second run changes nothing', async () => {
    const { failures, changes, changed } = await at({});

    assert.deepEqual([[...failures], [...changes], changed.get(NAME)], [[], [], 0]);
  });

  await t.test('an upgrade answers every request', async () => {
    const [path, expected] = anArtifact(world);
    const asking = startAsking(machine, `https://${NAME}${path}`, world.caFile, sha256(expected));

    const { failures } = await at({ assay_release: builds.second });

    const asked = await asking.stop();
    assert.deepEqual([...failures], []);
    assert.deepEqual(asked.faults, []);
    assert.ok(asked.right > 0);
    assert.equal((await look.json('/-/status.json')).build.commit, SECOND_COMMIT);
  });

  await t.test('a broken build gives way to the one before, whose passes go on', async () => {
    const { failures } = await at({ assay_release: builds.broken, assay_health_seconds: 60 });

    assert.match(
      failures.get(NAME) ?? '',
      /did not become healthy within 60 seconds.*runs again, with the database and the configuration of before/s,
    );
    const status = await look.json('/-/status.json');
    assert.deepEqual([status.build.commit, status.paused], [SECOND_COMMIT, null]);
  });

  await t.test('a killed daemon returns', async () => {
    const before = await machine.ssh('systemctl show --property=MainPID --value assay.service');

    await machine.ssh('systemctl kill --signal=KILL assay.service');

    await look.untilHealthy();
    const after = await machine.ssh('systemctl show --property=MainPID --value assay.service');
    assert.notEqual(after.output, before.output);
  });

  await t.test('so does one whose machine is started again', async () => {
    const boot = await machine.booted();

    await machine.ssh('systemctl reboot');

    await machine.booted(boot);
    await look.untilHealthy();
  });

  await t.test('taken away, it leaves nothing', async () => {
    const { failures } = await at({ assay_remove_data: true, playbook: 'playbook-uninstall.yml' });

    assert.deepEqual([...failures], []);
    const { output } = await machine.ssh(
      'find / -xdev -name "*assay*" -not -path "/proc/*" -not -path "$HOME/.ansible/*" -not -path "/var/log/journal/*"; getent passwd assay; nft list ruleset | grep assay; ss -Hltn sport = :443',
    );
    assert.equal(output, '');
  });
});
