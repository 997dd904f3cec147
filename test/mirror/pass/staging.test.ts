import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { sweepStaging } from '../../../src/mirror/pass/staging.ts';
import { filesBelow } from '../publish/laid.ts';
import { NOW, OLD } from '../verify/facts.ts';
import { type LaidPass, layPass } from './laid.ts';

const JAR = 'g/a/1.0/a-1.0.jar';

function hold(laid: LaidPass, path: string, kind: 'deferred' | 'rejected'): void {
  const said = { verdict: 'sidecar-pending', why: 'why', size: 1, mtime: OLD, sha256: 'aa', retryAt: 0 };
  laid.passRoom.held.hold({ path, unit: 'g/a/1.0', kind, ...said }, 1, NOW);
}

/** A name that is no UTF-8, as a stranger's rsync may leave it. */
function leaveStranger(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff, 0xfe])]), 'x');
}

test('what is deferred waits in staging, everything else goes, with the folders that become empty', (t) => {
  const laid = layPass(t);
  for (const path of [JAR, 'g/a/1.0/a-1.0.pom', 'g/b/1.0/b-1.0.jar', 'g/b/1.0/.b-1.0.jar.Xy12Za', 'top']) {
    laid.write(`staging/${path}`, 'x');
  }
  hold(laid, JAR, 'deferred');
  hold(laid, 'g/b/1.0/b-1.0.jar', 'rejected');

  sweepStaging(laid.staging, laid.passRoom.held, false);

  assert.deepEqual(filesBelow(laid.staging), [JAR]);
  assert.equal(existsSync(join(laid.staging, 'g/b')), false);
});

test('with nothing deferred nothing stays', (t) => {
  const laid = layPass(t);
  laid.write(`staging/${JAR}`, 'x');
  laid.write('staging/top', 'x');

  sweepStaging(laid.staging, laid.passRoom.held, false);

  assert.deepEqual(readdirSync(laid.staging), []);
});

test('names that are no text go too, at the top and below, with something deferred and without', (t) => {
  for (const isWaiting of [true, false]) {
    const laid = layPass(t);
    leaveStranger(laid.staging);
    leaveStranger(join(laid.staging, 'g/b'));
    laid.write(`staging/${JAR}`, 'x');
    if (isWaiting) hold(laid, JAR, 'deferred');

    sweepStaging(laid.staging, laid.passRoom.held, false);

    assert.deepEqual(readdirSync(laid.staging), isWaiting ? ['g'] : []);
    assert.deepEqual(filesBelow(laid.staging), isWaiting ? [JAR] : []);
  }
});

test('a link goes, and what it leads to stays', (t) => {
  const laid = layPass(t);
  laid.write('outside/kept', 'x');
  laid.write(`staging/${JAR}`, 'x');
  symlinkSync(join(laid.folder, 'outside'), join(laid.staging, 'g/link'));
  hold(laid, JAR, 'deferred');

  sweepStaging(laid.staging, laid.passRoom.held, false);

  assert.deepEqual(
    filesBelow(laid.folder).filter((path) => /kept|link/.test(path)),
    ['outside/kept'],
  );
});

test('after a first pass the folders may stay, and no file with them', (t) => {
  const laid = layPass(t);
  laid.write(`staging/${JAR}`, 'x');

  sweepStaging(laid.staging, laid.passRoom.held, true);

  assert.deepEqual(filesBelow(laid.staging), []);
  assert.equal(existsSync(join(laid.staging, 'g/a/1.0')), true);
});
