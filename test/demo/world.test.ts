import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { loadConfig } from '../../src/config/load.ts';
import { openWorld, ownLoopbackAddress, type World } from '../../src/demo/world.ts';
import { systemClock } from '../../src/host/clock.ts';
import { needs } from '../support/needs.ts';

const run = promisify(execFile);
const address = ownLoopbackAddress(process.pid);

describe('the world of the demo', () => {
  test('shows its repository over rsync, every file of it', async (t) => {
    if (!needs(t, 'rsync')) return;
    const world = await openSmallWorld(t);

    const { stdout } = await run('rsync', ['-r', '--list-only', world.origin.url], { timeout: 30_000 });

    const files = stdout.split('\n').filter((line) => line.startsWith('-'));
    assert.equal(files.length, world.repository.files);
  });

  test('has a configuration without a fault', async (t) => {
    if (!needs(t, 'rsync')) return;
    const world = await openSmallWorld(t);

    const loaded = loadConfig(world.configFile, {});

    assert.deepEqual(loaded.kind === 'faults' ? loaded.faults : [], []);
  });

  test('has a key that nobody else can read, and a keyring with every signer', async (t) => {
    if (!needs(t, 'rsync')) return;
    const world = await openSmallWorld(t);

    assert.equal(statSync(join(world.home, 'key.pem')).mode & 0o777, 0o600);
    assert.equal(statSync(world.home).mode & 0o777, 0o700);
    assert.equal(readdirSync(join(world.home, 'keyring')).length, world.repository.signers.length);
  });

  test('is gone when it is closed, folder and daemon, and closing twice is no error', async (t) => {
    if (!needs(t, 'rsync')) return;
    const world = await openSmallWorld(t);

    await world.close();
    await world.close();

    assert.equal(existsSync(world.home), false);
    assert.equal(await answers(world.origin.host, world.origin.port), false);
  });
});

async function openSmallWorld(t: TestContext): Promise<World> {
  const options = { seed: 5, now: systemClock.now(), artifacts: 12, address };
  const world = await openWorld(options, AbortSignal.timeout(60_000));
  t.after(() => world.close());
  return world;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
