// The systemd units as systemd itself judges them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';

const UNITS = resolve(import.meta.dirname, '../../systemd');
/** Tenths of a point. */
const EXPOSURE_CEILING = 20;

test('the units are clean', (t) => {
  if (!needs(t, 'systemd-analyze')) return;
  const folder = unitsBeside(t);

  const { status, stderr } = analyze('verify', '--man=no', ...unitsIn(folder));

  assert.deepEqual([status, stderr], [0, '']);
});

for (const unit of ['assay.service', 'assay-verify.service']) {
  test(`${unit} exposes at most ${EXPOSURE_CEILING / 10} points`, (t) => {
    if (!needs(t, 'systemd-analyze')) return;
    const file = join(unitsBeside(t), unit);

    const { status, stdout } = analyze('security', '--offline=true', `--threshold=${EXPOSURE_CEILING}`, file);

    assert.equal(status, 0, stdout);
  });
}

test('the drop-in takes back what keeps bubblewrap from its work, and nothing else', () => {
  const dropIn = readFileSync(join(UNITS, 'assay.service.d/confine-rsync.conf'), 'utf8');

  const settings = dropIn.split('\n').filter((line) => /^\w+=/.test(line));

  assert.deepEqual(settings, [
    'RestrictNamespaces=',
    'RestrictNamespaces=user mnt pid ipc uts cgroup',
    'SystemCallFilter=@mount capset',
  ]);
});

/** Copies without drop-ins that start a program which is there. */
function unitsBeside(t: TestContext): string {
  const folder = temporaryFolder(t);
  const program = join(folder, 'opt/bin/assay');
  mkdirSync(join(folder, 'opt/bin'), { recursive: true });
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  for (const name of unitsIn(UNITS).map((unit) => unit.slice(UNITS.length + 1))) {
    const text = readFileSync(join(UNITS, name), 'utf8').replaceAll('/opt/assay/current', join(folder, 'opt'));
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function unitsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(service|timer)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function analyze(...words: string[]) {
  return spawnSync('systemd-analyze', ['--no-pager', ...words], { encoding: 'utf8', timeout: 60_000 });
}
