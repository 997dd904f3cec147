import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type Trace, writeTrace } from '../../../src/mirror/publish/trace.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { filesBelow } from './laid.ts';

const TRACE: Trace = {
  name: 'mirror.example.org',
  contact: 'ops@example.org',
  source: 'rsync://origin.example.org/repo/',
  lineage: '00000000-0000-4000-8000-000000000000',
  generation: 7,
  files: 3,
  bytes: 99,
  startedAt: Date.UTC(2026, 10, 1, 1, 30, 0, 900),
  endedAt: Date.UTC(2026, 10, 1, 1, 45, 5),
  version: '0.1.0',
};

test('the trace is one that programs for Debian mirrors read', (t) => {
  const folder = temporaryFolder(t);

  writeTrace(folder, TRACE);

  assert.deepEqual(readFileSync(join(folder, '.meta/assay/trace'), 'utf8').split('\n'), [
    'Sun Nov  1 01:45:05 UTC 2026',
    'Date: Sun, 01 Nov 2026 01:45:05 GMT',
    'Date-Started: Sun, 01 Nov 2026 01:30:00 GMT',
    'Creator: assay 0.1.0',
    'Running on host: mirror.example.org',
    'Maintainer: ops@example.org',
    'Upstream-Mirror: rsync://origin.example.org/repo/',
    'Lineage: 00000000-0000-4000-8000-000000000000',
    'Generation: 7',
    'Files: 3',
    'Bytes: 99',
    '',
  ]);
});

test('the age of a tree is that of the start of its pass', (t) => {
  const folder = temporaryFolder(t);

  writeTrace(folder, TRACE);

  const status = JSON.parse(readFileSync(join(folder, '.meta/assay/status.json'), 'utf8'));
  assert.equal(readFileSync(join(folder, '.meta/assay/epoch'), 'utf8'), `${Math.floor(TRACE.startedAt / 1000)}\n`);
  assert.equal(status.last_success_at, '2026-11-01T01:30:00.900Z');
  assert.equal(status.generation, 7);
});

test('without a contact nobody is named, and nothing half written is left', (t) => {
  const folder = temporaryFolder(t);

  writeTrace(folder, { ...TRACE, contact: null });
  writeTrace(folder, { ...TRACE, contact: null });

  assert.doesNotMatch(readFileSync(join(folder, '.meta/assay/trace'), 'utf8'), /Maintainer/);
  assert.deepEqual(filesBelow(folder), ['.meta/assay/epoch', '.meta/assay/status.json', '.meta/assay/trace']);
});
