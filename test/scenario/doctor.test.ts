import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DoctorResult } from '../../src/config/shape/doctor.ts';
import { type Mirror, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

test('a mirror over plain rsync is well, but for the wire', async (t) => {
  if (!needs(t, 'rsync', 'bwrap')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();
  await mirror.verb('verify');

  const { exit, states } = await doctor(mirror);

  assert.equal(states.get('wire'), 'warning');
  for (const name of [
    'runtime',
    'rsync',
    'disk',
    'data directory',
    'secrets',
    'database',
    'lock',
    'source',
    'last pass',
    'scrub',
  ])
    assert.equal(states.get(name), 'ok', name);
  assert.equal(exit, [...states.values()].includes('fault') ? 3 : 1);
});

test('an origin that does not answer, or does not know the module, is a fault with its words', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.configure({ source: { url: mirror.url.replace('/repo/', '/moved/') } });
  const moved = await doctor(mirror);
  mirror.configure({ source: { url: 'rsync://127.0.0.1:1/repo/' } });
  const gone = await doctor(mirror);

  assert.deepEqual([moved.exit, moved.states.get('source')], [3, 'fault']);
  assert.match(moved.sentences.get('source') ?? '', /Unknown module/);
  assert.deepEqual([gone.exit, gone.states.get('source')], [3, 'fault']);
});

test('before the first start nothing is made, and what is not there yet is unknown', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);

  const { states } = await doctor(mirror);

  assert.deepEqual(
    ['data directory', 'database', 'last pass', 'scrub', 'file system'].map((name) => states.get(name)),
    ['unknown', 'unknown', 'unknown', 'unknown', 'unknown'],
  );
  assert.equal(existsSync(mirror.data), false);
});

test('damaged files and a lost database are faults', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  await mirror.sync();
  rmSync(join(mirror.data, 'published/org/example/tool/1.0/tool-1.0.jar'));
  await mirror.verb('verify');

  const { exit, states } = await doctor(mirror);

  assert.deepEqual([exit, states.get('scrub')], [3, 'fault']);
});

async function doctor(mirror: Mirror) {
  const { exit, result } = await mirror.verb<DoctorResult>('doctor');
  const states = new Map(result.checks.map(({ name, state }) => [name, state]));
  const sentences = new Map(result.checks.map(({ name, sentence }) => [name, sentence]));
  return { exit, states, sentences };
}
