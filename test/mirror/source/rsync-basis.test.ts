import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';
import { noise, plant } from '../../support/plant.ts';
import { rsyncDaemon } from '../../support/rsync-daemon.ts';
import { sourceAt } from '../../support/rsync-source.ts';

const MIB = 2 ** 20;

test('what was staged wrong, with the right size and time, is replaced by a fresh fetch', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  plant(root, 'g/a.jar', 'right');
  plant(root, 'g/b.jar', 'right');
  const daemon = await rsyncDaemon(t, root);
  const { fetch, staging } = sourceAt(t, daemon.url);
  plant(staging, 'g/a.jar', 'wrong');
  plant(staging, 'g/b.jar', 'wrong');

  const { named } = await fetch({ folders: [], files: ['g/a.jar'], basis: 'fresh' });

  assert.deepEqual(named, ['g/a.jar']);
  assert.equal(readFileSync(join(staging, 'g/a.jar'), 'utf8'), 'right');
  assert.equal(readFileSync(join(staging, 'g/b.jar'), 'utf8'), 'wrong');
});

test('an honest seed saves the network', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  const seed = temporaryFolder(t);
  for (const folder of [root, seed]) plant(folder, 'g/a.jar', noise(4 * MIB));
  const daemon = await rsyncDaemon(t, root);
  const { fetch, staging } = sourceAt(t, daemon.url);

  const { outcome, named } = await fetch({ basis: { seed } });

  assert.deepEqual(named, ['g/a.jar']);
  assert.ok(outcome.kind === 'fetched' && outcome.bytes < MIB / 4);
  assert.deepEqual(readFileSync(join(staging, 'g/a.jar')), noise(4 * MIB));
});

test('a poisoned seed of the same size and time does not come through', async (t) => {
  if (!needs(t, 'rsync')) return;
  const root = temporaryFolder(t);
  const seed = temporaryFolder(t);
  const poisoned = noise(4 * MIB);
  poisoned.write('poison', 2 * MIB);
  plant(root, 'g/a.jar', noise(4 * MIB));
  plant(seed, 'g/a.jar', poisoned);
  plant(seed, 'g/not-at-the-origin.jar', 'x');
  const daemon = await rsyncDaemon(t, root);
  const { fetch, staging } = sourceAt(t, daemon.url);

  await fetch({ basis: { seed } });

  assert.deepEqual(readFileSync(join(staging, 'g/a.jar')), noise(4 * MIB));
  assert.deepEqual(readdirSync(join(staging, 'g')), ['a.jar']);
  assert.deepEqual(readFileSync(join(seed, 'g/a.jar')), poisoned);
});
