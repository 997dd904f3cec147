import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { openQuarantine, type Quarantined, quarantineBytes } from '../../../src/mirror/publish/quarantine.ts';
import { OLD, sum } from '../verify/facts.ts';
import { type Laid, layTree } from './laid.ts';

const JAR = 'g/a/1.0/a-1.0.jar';

function refuse(laid: Laid, path: string, bytes: string, at: number): void {
  const { file } = laid.accept(path, bytes);
  laid.quarantine.put(laid.staging, file, 'checksum-mismatch', 'its sum says otherwise', 'aa', 'rsync://origin/', at);
}

const hasBytes = (entries: readonly Quarantined[]) => entries.map((entry) => [entry.path, entry.hasBytes]);

test('refused bytes leave staging, with a note that says why', (t) => {
  const laid = layTree(t);

  refuse(laid, JAR, 'jar', OLD);

  const note = JSON.parse(readFileSync(join(dirname(laid.quarantine.fileOf(JAR)), 'note.json'), 'utf8'));
  assert.equal(existsSync(join(laid.staging, JAR)), false);
  assert.equal(readFileSync(laid.quarantine.fileOf(JAR), 'utf8'), 'jar');
  assert.deepEqual(note, {
    path: JAR,
    verdict: 'checksum-mismatch',
    why: 'its sum says otherwise',
    size: 3,
    sha256: sum('sha256', 'jar'),
    expected: 'aa',
    source: 'rsync://origin/',
    at: new Date(OLD).toISOString(),
  });
});

test('what is in quarantine is found by its path and told in the order in which it came', (t) => {
  const laid = layTree(t);
  refuse(laid, JAR, 'jar', OLD + 2);
  refuse(laid, `${JAR}.asc`, 'asc', OLD + 1);

  assert.deepEqual(laid.quarantine.find(JAR), {
    path: JAR,
    verdict: 'checksum-mismatch',
    why: 'its sum says otherwise',
    size: 3,
    originMtime: OLD,
    sha256: sum('sha256', 'jar'),
    expected: 'aa',
    source: 'rsync://origin/',
    at: OLD + 2,
    hasBytes: true,
  });
  assert.deepEqual(hasBytes(laid.quarantine.list()), [
    [`${JAR}.asc`, true],
    [JAR, true],
  ]);
  assert.equal(laid.quarantine.find('g/none'), null);
});

test('above the ceiling the oldest bytes go, and their notes stay', (t) => {
  const laid = layTree(t);
  refuse(laid, 'g/1', 'x'.repeat(40), OLD + 1);
  refuse(laid, 'g/2', 'x'.repeat(40), OLD + 2);
  refuse(laid, 'g/3', 'x'.repeat(20), OLD + 3);
  assert.equal(quarantineBytes(join(laid.folder, 'quarantine')), 100);

  refuse(laid, 'g/4', 'x'.repeat(41), OLD + 4);

  assert.deepEqual(hasBytes(laid.quarantine.list()), [
    ['g/1', false],
    ['g/2', false],
    ['g/3', true],
    ['g/4', true],
  ]);
  assert.equal(quarantineBytes(join(laid.folder, 'quarantine')), 61);
  assert.equal(existsSync(join(dirname(laid.quarantine.fileOf('g/1')), 'note.json')), true);
});

test('a file larger than the ceiling leaves a note only', (t) => {
  const laid = layTree(t);

  refuse(laid, 'g/1', 'x'.repeat(101), OLD);

  assert.deepEqual(hasBytes(laid.quarantine.list()), [['g/1', false]]);
  assert.equal(quarantineBytes(join(laid.folder, 'quarantine')), 0);
});

test('other bytes at the same path replace the ones before', (t) => {
  const laid = layTree(t);
  refuse(laid, JAR, 'one', OLD);

  refuse(laid, JAR, 'two two', OLD + 1);

  assert.equal(readFileSync(laid.quarantine.fileOf(JAR), 'utf8'), 'two two');
  assert.equal(laid.quarantine.list().length, 1);
  assert.equal(laid.quarantine.find(JAR)?.size, 7);
});

test('what is forgotten is gone, bytes and note', (t) => {
  const laid = layTree(t);
  refuse(laid, JAR, 'jar', OLD);

  laid.quarantine.forget(JAR);
  laid.quarantine.forget(JAR);

  assert.deepEqual(laid.quarantine.list(), []);
  assert.deepEqual(readdirSync(join(laid.folder, 'quarantine')), []);
});

test('no name leads out of the folder, and no two share a place', (t) => {
  const laid = layTree(t);
  const home = join(laid.folder, 'quarantine');
  const names = [
    '../../etc/passwd',
    '/etc/passwd',
    'g/a',
    'g/A',
    'g/a/',
    '',
    '.',
    `${'x/'.repeat(500)}y`,
    'g/\u202ea',
    'g/\0a',
  ];

  const places = names.map((name) => laid.quarantine.fileOf(name));

  assert.equal(new Set(places).size, names.length);
  for (const place of places) assert.equal(dirname(dirname(place)), home);
});

test('a permit is for these bytes at this path', (t) => {
  const { quarantine } = layTree(t);

  quarantine.permit(JAR, 'aa', 'root', OLD);
  quarantine.permit(JAR, 'aa', 'root', OLD + 1);

  assert.equal(quarantine.isPermitted(JAR, 'aa'), true);
  assert.equal(quarantine.isPermitted(JAR, 'bb'), false);
  assert.equal(quarantine.isPermitted(`${JAR}.asc`, 'aa'), false);
});

test('the quarantine outlives the process', (t) => {
  const laid = layTree(t);
  refuse(laid, JAR, 'jar', OLD);

  const again = openQuarantine(laid.database, join(laid.folder, 'quarantine'), 100);

  assert.deepEqual(again.list(), laid.quarantine.list());
});

test('a quarantine that is not there is empty', (t) => {
  assert.equal(quarantineBytes(join(layTree(t).folder, 'none')), 0);
});
