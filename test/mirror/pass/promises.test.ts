import assert from 'node:assert/strict';
import test from 'node:test';
import { DAY, HOUR } from '../../../src/host/clock.ts';
import { md5, tellSource } from './told-source.ts';

const JAR = 'g/a/1.0/a-1.0.jar';
const POM = 'g/a/1.0/a-1.0.pom';

test('of what a source without deletions does not list nothing is concluded, though it calls its listing complete', async (t) => {
  const told = tellSource(t, { deletions: false });
  told.files.set(JAR, { bytes: 'jar' }).set(POM, { bytes: '<project/>' });
  await told.pass();
  told.files.delete(JAR);

  const outcome = await told.pass();

  assert.equal(outcome.end, 'complete');
  assert.equal(told.inventory.isAnyAbsent(), false);
});

test('news are published, and what they do not name is not absent', async (t) => {
  const told = tellSource(t);
  told.files.set(JAR, { bytes: 'jar' }).set(POM, { bytes: '<project/>' });
  await told.pass();
  told.files.set('g/b/1.0/b-1.0.pom', { bytes: '<project/>' });
  told.next = { outcome: { kind: 'news', cursor: 'c' }, paths: ['g/b/1.0/b-1.0.pom'] };

  const outcome = await told.pass();

  assert.deepEqual([outcome.end, outcome.listed, outcome.added], ['complete', 1, 1]);
  assert.equal(told.inventory.isAnyAbsent(), false);
});

test('no news are a good pass that leaves the tree as it is', async (t) => {
  const told = tellSource(t);
  told.files.set(POM, { bytes: '<project/>' });
  told.next = { outcome: { kind: 'complete', fingerprint: '', cursor: 'c1' } };
  await told.pass();
  told.next = { outcome: { kind: 'news', cursor: 'c2' }, paths: [] };

  const outcome = await told.pass();
  await told.pass();

  assert.deepEqual([outcome.end, outcome.generation, outcome.listed], ['complete', 1, 0]);
  assert.deepEqual(
    told.asked.map(({ since }) => since),
    [null, 'c1', 'c2'],
  );
});

test('a day after the last listing of everything, everything is listed again', async (t) => {
  const told = tellSource(t);
  told.next = { outcome: { kind: 'complete', fingerprint: '', cursor: 'c1' } };
  await told.pass();
  told.next = { outcome: { kind: 'news', cursor: 'c2' }, paths: [] };
  await told.clock.advance(DAY - HOUR);
  await told.pass();
  await told.clock.advance(HOUR);

  await told.pass();

  assert.deepEqual(
    told.asked.map(({ since }) => since),
    [null, 'c1', null],
  );
});

test('a cursor is not moved on by a pass that could not read all it was shown', async (t) => {
  const told = tellSource(t);
  told.next = { outcome: { kind: 'complete', fingerprint: '', cursor: 'c1' } };
  await told.pass();
  told.next = { outcome: { kind: 'partial', fingerprint: '', unreadable: ['x'] } };
  await told.pass();

  await told.pass();

  assert.equal(told.asked[2]?.since, 'c1');
});

test('what waits here is asked for with the news, and published when they show it whole', async (t) => {
  const told = tellSource(t);
  const metadata = 'g/a/maven-metadata.xml';
  told.files.set(POM, { bytes: '<project/>' });
  told.next = { outcome: { kind: 'complete', fingerprint: '', cursor: 'c1' } };
  await told.pass();
  told.files.set(metadata, {
    bytes:
      '<metadata><versioning><versions><version>1.0</version><version>2.0</version></versions></versioning></metadata>',
  });
  told.next = { outcome: { kind: 'news', cursor: 'c2' }, paths: [metadata] };
  await told.pass();
  const second = 'g/a/2.0/a-2.0.pom';
  told.files.set(second, { bytes: '<project/>' });
  told.next = { outcome: { kind: 'news', cursor: 'c3' }, paths: [metadata, second] };

  const outcome = await told.pass();

  assert.deepEqual(told.asked[2], { since: 'c2', due: [{ unit: metadata, unitKind: 'metadata' }] });
  assert.equal(outcome.added, 2);
  assert.notEqual(told.inventory.row(metadata), null);
});

test('metadata is not held back for versions that a source shows only when they are asked for', async (t) => {
  const told = tellSource(t, { listsAll: false, deletions: false });
  const metadata = 'g/a/maven-metadata.xml';
  told.files.set(POM, { bytes: '<project/>' });
  await told.pass();
  told.files.set(metadata, {
    bytes:
      '<metadata><versioning><versions><version>1.0</version><version>2.0</version></versions></versioning></metadata>',
  });

  await told.pass();

  assert.notEqual(told.inventory.row(metadata), null);
});

test('a rewrite of the same size and time is seen by the MD5 of the listing', async (t) => {
  const told = tellSource(t, { digests: true });
  const path = 'g/a/1.0-SNAPSHOT/maven-metadata.xml';
  told.files.set(path, { bytes: '<a>1</a>', md5: md5('<a>1</a>') });
  await told.pass();
  told.files.set(path, { bytes: '<a>2</a>', md5: md5('<a>2</a>') });

  await told.pass();

  assert.equal(told.read(path), '<a>2</a>');
});

test('a copy with another time and the same MD5 is not fetched again', async (t) => {
  const told = tellSource(t, { digests: true });
  told.files.set(JAR, { bytes: 'jar', md5: md5('jar') });
  await told.pass();
  told.files.set(JAR, { bytes: 'jar', md5: md5('jar'), mtime: Date.UTC(2026, 10, 20) });

  await told.pass();

  assert.deepEqual(told.fetched, [[JAR]]);
});

test('a tag that looks like an MD5 and is none is no reason to refuse, nor to fetch again before it changes', async (t) => {
  const told = tellSource(t, { digests: true });
  const path = 'g/a/1.0-SNAPSHOT/maven-metadata.xml';
  told.files.set(path, { bytes: '<a>1</a>', md5: md5('encrypted with one key') });
  const first = await told.pass();
  await told.pass();
  told.files.set(path, { bytes: '<a>2</a>', md5: md5('encrypted with another') });

  await told.pass();

  assert.equal(first.accepted, 1);
  // Twice each time: the second look shows that nothing was lost on the way.
  assert.deepEqual(told.fetched, [[path], [path], [path], [path]]);
  assert.equal(told.read(path), '<a>2</a>');
});
