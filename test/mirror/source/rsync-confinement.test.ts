import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { runChild } from '../../../src/host/child.ts';
import { childEnvironment, confine, confinement } from '../../../src/mirror/source/rsync/confinement.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';

const SANDBOX = { confinement: 'bubblewrap', limits: true } as const;

async function run(args: readonly string[]) {
  const [command = '', ...rest] = args;
  const options = { command, args: rest, env: childEnvironment(), deadlineMs: 10_000 };
  return runChild(options, AbortSignal.timeout(10_000));
}

test('with bubblewrap on the machine rsync is confined', async (t) => {
  if (!needs(t, 'rsync', 'bwrap')) return;

  assert.equal(await confinement(AbortSignal.timeout(30_000)), 'bubblewrap');
});

test('the child sees what it was given and nothing beside it', async (t) => {
  if (!needs(t, 'rsync', 'bwrap')) return;
  const data = temporaryFolder(t);
  for (const name of ['staging', 'seed', 'keys']) mkdirSync(join(data, name));
  writeFileSync(join(data, 'state.db'), 'secret');
  writeFileSync(join(data, 'seed/file'), 'seed');
  const binds = [
    { path: join(data, 'staging'), writable: true },
    { path: join(data, 'seed'), writable: false },
  ];
  const script = `cat ${data}/seed/file > ${data}/staging/copy || exit 9
    test ! -e ${data}/state.db && test ! -e ${data}/keys && test ! -e /root && test ! -e /home && test ! -e /proc/1 || exit 8
    echo x > ${data}/seed/new && exit 7
    exit 0`;

  const exit = await run(confine(SANDBOX, ['sh', '-c', script], binds, 2 ** 20));

  assert.deepEqual(exit, { kind: 'exited', status: 0, stderr: exit.stderr });
  assert.equal(readFileSync(join(data, 'staging/copy'), 'utf8'), 'seed');
});

test('no file grows beyond its ceiling, with walls and without', async (t) => {
  if (!needs(t, 'rsync', 'bwrap')) return;
  const staging = temporaryFolder(t);
  const binds = [{ path: staging, writable: true }];

  for (const level of [SANDBOX, { confinement: 'none', limits: true } as const]) {
    const file = join(staging, `from-${level.confinement}`);
    await run(confine(level, ['dd', 'if=/dev/zero', `of=${file}`, 'bs=1024', 'count=64'], binds, 10_240));

    assert.equal(readFileSync(file).length, 10_240);
  }
});

test('without programs to confine it the command is run as it is', () => {
  assert.deepEqual(confine({ confinement: 'none', limits: false }, ['rsync', '--version'], [], 1), [
    'rsync',
    '--version',
  ]);
});
