import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { CodedError } from '../../src/host/error.ts';
import { forkModule } from '../../src/host/fork.ts';

const MODULE = pathToFileURL(join(import.meta.dirname, 'forked.ts'));

test('a process gets its task, says that it is ready, and ends when it is asked to', async () => {
  const forked = forkModule(MODULE, 'work');

  const answer = await forked.ready;
  await forked.stop(30_000);

  assert.deepEqual(answer, { heard: 'work' });
  assert.deepEqual(await forked.ended, { status: 0, by: null });
});

test('a process ends on SIGTERM by itself', async () => {
  const forked = forkModule(MODULE, 'work');
  await forked.ready;

  forked.signal('SIGTERM');

  assert.deepEqual(await forked.ended, { status: 0, by: null });
});

test('a process that does not want to end is killed, and stopping it twice is no error', async () => {
  const forked = forkModule(MODULE, 'stubborn');
  await forked.ready;

  await forked.stop(10);
  await forked.stop(10);

  assert.deepEqual(await forked.ended, { status: null, by: 'SIGKILL' });
});

test('a process that ends before it is ready is an error of ours', async () => {
  const forked = forkModule(MODULE, 'die');

  await assert.rejects(forked.ready, (error) => error instanceof CodedError && error.code === 'process-failed');
  assert.deepEqual(await forked.ended, { status: 3, by: null });
});
