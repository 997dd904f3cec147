// A mirror whose disk, or whose people, have changed what it published: found, withheld, put right.

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import type { VerifyResult } from '../../src/config/shape/verify.ts';
import { type Mirror, publishedText, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const POM = 'org/example/tool/1.0/tool-1.0.pom';
const METADATA = 'org/example/tool/maven-metadata.xml';

test('an untouched tree is as it was published', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);

  const { exit, result, problems } = await verify(mirror);

  assert.deepEqual([exit, result.files, result.findings, problems], [0, 6, [], []]);
});

test('bytes that rotted, of the same size and time, are found, told and withheld; the rest is served', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  rot(mirror, JAR);

  const { exit, result } = await verify(mirror);
  const answer = await mirror.get(JAR);

  assert.equal(exit, 1);
  assert.deepEqual(told(result), [['damaged', JAR]]);
  assert.deepEqual([result.findings[0]?.found_by, result.findings[0]?.blame], ['scrub', 'self']);
  assert.equal(result.findings[0]?.expected?.size, result.findings[0]?.observed?.size);
  assert.notEqual(result.findings[0]?.expected?.sha256, result.findings[0]?.observed?.sha256);
  assert.deepEqual([answer.status, JSON.parse(answer.text).verdict], [403, 'damaged']);
  assert.deepEqual(await mirror.statuses(POM, `${JAR}.sha1`), [200, 200]);
  assert.equal((await mirror.verb('status')).exit, 1);
});

test('missing, cut, unreadable and replaced files are each found', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  rmSync(placeOf(mirror, JAR));
  writeFileSync(placeOf(mirror, POM), '');
  rmSync(placeOf(mirror, `${POM}.sha1`));
  symlinkSync('/etc/hostname', placeOf(mirror, `${POM}.sha1`));

  const { result } = await verify(mirror);

  assert.deepEqual(told(result), [
    ['missing', JAR],
    ['damaged', POM],
    ['missing', `${POM}.sha1`],
  ]);
  assert.deepEqual(await mirror.statuses(JAR, POM, `${POM}.sha1`), [403, 403, 403]);
});

test('a repair brings the very bytes again, with their times, and everything is served as before', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  const before = statSync(placeOf(mirror, JAR)).mtimeMs;
  rot(mirror, JAR);
  rmSync(dirname(placeOf(mirror, POM)), { recursive: true });
  await verify(mirror);

  const { exit, result, problems } = await verify(mirror, '--repair');

  assert.deepEqual([exit, result.findings, problems], [0, [], []]);
  assert.deepEqual(result.repaired, [JAR, `${JAR}.sha1`, POM, `${POM}.sha1`]);
  assert.equal((await mirror.get(JAR)).text, 'tool 1.0');
  assert.equal(statSync(placeOf(mirror, JAR)).mtimeMs, before);
  assert.deepEqual(await mirror.statuses(JAR, POM, `${JAR}.sha1`, `${POM}.sha1`), [200, 200, 200, 200]);
  assert.equal((await mirror.verb('status')).exit, 0);
  assert.equal(
    mirror.look(({ inventory }) => inventory.current().generation),
    1,
  );
});

test('the origin is asked for the bytes that were published, and no others', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  rot(mirror, JAR);
  mirror.origin.put(JAR, 'rewritten', { sums: ['sha1'] });

  const { exit, result, problems } = await verify(mirror, '--repair');

  assert.equal(exit, 3);
  assert.deepEqual(
    result.unrepaired.map(({ path }) => path),
    [JAR],
  );
  assert.match(result.unrepaired[0]?.sentence ?? '', /other bytes/);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['repair-incomplete'],
  );
  assert.equal((await mirror.get(JAR)).status, 403);
  assert.notEqual(publishedText(mirror, JAR), 'rewritten');
});

test('with the origin away the finding stands, and what is bad stays withheld', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  rot(mirror, JAR);
  mirror.configure({ source: { url: 'rsync://127.0.0.1:1/repo/', run_timeout_seconds: 1 } });

  const { exit, result } = await verify(mirror, '--repair');

  assert.equal(exit, 3);
  assert.deepEqual(told(result), [['damaged', JAR]]);
  assert.equal((await mirror.get(JAR)).status, 403);
});

test('metadata that rotted in the tree is still served from the database, and mended from there, the origin being away', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  const good = publishedText(mirror, METADATA);
  rot(mirror, METADATA);
  mirror.configure({ source: { url: 'rsync://127.0.0.1:1/repo/', run_timeout_seconds: 1 } });

  const found = await verify(mirror);
  const served = await mirror.get(METADATA);
  const mended = await verify(mirror, '--repair');

  assert.deepEqual(told(found.result), [['damaged', METADATA]]);
  assert.deepEqual([served.status, served.text], [200, good]);
  assert.deepEqual([mended.exit, mended.result.repaired], [0, [METADATA]]);
  assert.equal(publishedText(mirror, METADATA), good);
});

test('what the database itself holds is compared with the tree, and mended from it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  const good = publishedText(mirror, METADATA);
  inDatabase(
    mirror,
    `UPDATE inventory_metadata_set SET body = CAST(replace(CAST(body AS TEXT), 'tool', 'evil') AS BLOB)`,
  );
  inDatabase(mirror, `UPDATE inventory_row SET sha1 = zeroblob(20) WHERE path = '${JAR}'`);

  const found = await verify(mirror);
  const refused = await mirror.statuses(METADATA, JAR);
  const mended = await verify(mirror, '--repair');

  assert.deepEqual(told(found.result), [
    ['record-damaged', JAR],
    ['record-damaged', METADATA],
  ]);
  assert.deepEqual(refused, [403, 403]);
  assert.deepEqual([mended.exit, mended.result.findings], [0, []]);
  assert.equal((await mirror.get(METADATA)).text, good);
  assert.equal((await mirror.get(JAR)).headers.get('x-checksum-sha1'), publishedText(mirror, `${JAR}.sha1`));
});

test('files that nobody published are told, and a repair moves them out of the tree and deletes none', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  const odd = Buffer.concat([Buffer.from(`${mirror.data}/published/org/`), Buffer.from([0xff, 0xfe])]);
  writeFileSync(odd, 'no name');
  plantForeign(mirror, 'org/example/tool/1.0/tool-1.0-backdoor.jar', 'foreign bytes');
  plantForeign(mirror, '.well-known/acme-challenge/token', 'answers a certificate authority');
  symlinkSync('/etc/passwd', placeOf(mirror, 'passwd'));

  const found = await verify(mirror);
  const repaired = await verify(mirror, '--repair');

  assert.deepEqual(
    told(found.result).map(([verdict]) => verdict),
    ['foreign', 'foreign', 'foreign'],
  );
  assert.deepEqual([repaired.exit, repaired.result.findings, repaired.result.moved_away.length], [0, [], 3]);
  const home = join(mirror.data, repaired.result.moved_to ?? '');
  assert.equal(readFileSync(join(home, 'org/example/tool/1.0/tool-1.0-backdoor.jar'), 'utf8'), 'foreign bytes');
  assert.deepEqual(readdirSync(home).sort(), ['org', 'passwd']);
  assert.equal(existsSync(placeOf(mirror, '.well-known/acme-challenge/token')), true);
  assert.equal(existsSync(placeOf(mirror, 'org/example/tool/1.0/tool-1.0-backdoor.jar')), false);
});

test('a link to a folder of published files is told and left, for it holds them', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  const elsewhere = join(mirror.data, 'elsewhere');
  renameSync(placeOf(mirror, 'org/example'), elsewhere);
  symlinkSync(elsewhere, placeOf(mirror, 'org/example'));

  const { result } = await verify(mirror, '--repair');

  assert.deepEqual(told(result), [['foreign', 'org/example']]);
  assert.deepEqual(await mirror.statuses(JAR), [200]);
});

test('what a pass replaces is a finding no more', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  mirror.origin.put('archetype-catalog.xml', 'first', { ageMs: 5_000_000 });
  await mirror.sync();
  rot(mirror, 'archetype-catalog.xml');
  await verify(mirror);
  mirror.origin.put('archetype-catalog.xml', 'second', { ageMs: 4_000_000 });

  const pass = await mirror.sync();

  assert.equal(pass.exit, 0);
  assert.equal((await mirror.get('archetype-catalog.xml')).text, 'second');
});

test('a touch at the origin does not make a damaged file a good one', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  rot(mirror, JAR);
  await verify(mirror);
  utimesSync(join(mirror.origin.folder, JAR), 1_700_000_000, 1_700_000_000);

  const pass = await mirror.sync();

  assert.equal(pass.exit, 1);
  assert.equal((await mirror.get(JAR)).status, 403);
});

test('what the rotation of a pass finds to differ here is put in place again', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startMirror(t, { sections: { source: { checksum_rotation_days: 1 } } });
  mirror.origin.release('tool', '1.0');
  await mirror.sync();
  await mirror.syncLater(1000);
  rot(mirror, JAR);

  await mirror.syncLater(2 * 86_400_000);

  assert.equal(publishedText(mirror, JAR), 'tool 1.0');
});

test('an empty tree is a disk that is not mounted: nothing is accused, until somebody asks for all of it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await synced(t);
  rmSync(join(mirror.data, 'published'), { recursive: true });

  const lost = await verify(mirror);
  const repaired = await verify(mirror, '--repair');

  assert.deepEqual([lost.exit, lost.problems.map(({ code }) => code)], [3, ['tree-lost']]);
  assert.deepEqual([repaired.exit, repaired.result.repaired.length], [0, 6]);
  assert.deepEqual(await mirror.statuses(JAR, POM, METADATA), [200, 200, 200]);
});

async function synced(t: Parameters<typeof startMirror>[0]): Promise<Mirror> {
  const mirror = await startMirror(t);
  mirror.origin.release('tool', '1.0');
  mirror.origin.metadata('tool', ['1.0']);
  await mirror.sync();
  return mirror;
}

function verify(mirror: Mirror, ...words: string[]) {
  return mirror.verb<VerifyResult>('verify', ...words);
}

function told({ findings }: VerifyResult): [string, string][] {
  return findings.map(({ verdict, path }): [string, string] => [verdict, path]).sort((a, b) => (a[1] < b[1] ? -1 : 1));
}

function placeOf(mirror: Mirror, path: string): string {
  return join(mirror.data, 'published', path);
}

/** One bit flips; size and time stay. */
function rot(mirror: Mirror, path: string): void {
  const file = placeOf(mirror, path);
  const { atime, mtime } = statSync(file);
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  utimesSync(file, atime, mtime);
}

function plantForeign(mirror: Mirror, path: string, text: string): void {
  mkdirSync(dirname(placeOf(mirror, path)), { recursive: true });
  writeFileSync(placeOf(mirror, path), text);
}

function inDatabase(mirror: Mirror, sql: string): void {
  const database = new Database(join(mirror.data, 'state.db'));
  database.exec(sql);
  database.close();
}
