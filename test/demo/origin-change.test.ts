import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import {
  type Answer,
  forgeSignature,
  publishRelease,
  publishWithWrongSums,
  rewriteRelease,
  runMetadataAhead,
} from '../../src/demo/repository/origin-change.ts';
import { makeRepository, type PlantedRepository } from '../../src/demo/repository/repository.ts';
import { makeSigners } from '../../src/demo/repository/signer.ts';
import { MINUTE } from '../../src/host/clock.ts';
import { judged, keysetFrom } from '../mirror/verify/signature/judged.ts';
import { temporaryFolder } from '../support/folder.ts';
import { unarmored } from '../support/gpg.ts';

const NOW = Date.UTC(2026, 10, 21, 1, 30);
const signers = makeSigners(NOW);

describe('a change at the origin', () => {
  test('brings a whole release, signed and named by its metadata, 40 minutes old', async (t) => {
    const repository = await makeOrigin(t);

    const plant = await publishRelease(repository, { now: NOW });

    const read = reader(repository);
    assert.deepEqual([plant.kind, plant.verdict], ['new-release', 'accepted']);
    for (const answer of plant.answers) assert.deepEqual(read(answer.path), bytesOf(answer), answer.path);
    assert.equal(statSync(join(repository.folder, plant.path)).mtimeMs, NOW - 40 * MINUTE);
    assert.ok(plant.answers.some(({ path }) => path.endsWith('.pom.asc.sha1')));
    assert.deepEqual(wrongSums(plant.path, read), []);
    assert.match(read(metadataOf(plant.path)).toString(), new RegExp(`<release>${versionOf(plant.path)}</release>`));
  });

  test('rewrites a released jar with sums to match, and keeps what it was', async (t) => {
    const repository = await makeOrigin(t);

    const plant = await rewriteRelease(repository, { now: NOW });

    const read = reader(repository);
    const old = bytesOf(plant.answers.find(({ path }) => path === plant.path));
    assert.deepEqual([plant.kind, plant.verdict], ['rewritten-release', 'immutable-changed']);
    assert.notDeepEqual(read(plant.path), old);
    assert.equal(read(plant.path).length, old.length);
    assert.deepEqual(wrongSums(plant.path, read), []);
    assert.equal(statSync(join(repository.folder, plant.path)).mtimeMs, NOW - 40 * MINUTE);
  });

  test('forges a signature: the sums are right, and the jar is not what was signed', async (t) => {
    const repository = await makeOrigin(t);

    const plant = await forgeSignature(repository, { now: NOW });

    const read = reader(repository);
    const keys = (await signers).map(({ certificate }) => unarmored(certificate));
    const { class: kind } = judged(
      read(`${plant.path}.asc`),
      read(plant.path),
      keysetFrom(Buffer.concat(keys), NOW),
      NOW,
    );
    assert.deepEqual([plant.kind, plant.verdict, kind], ['forged-signature', 'signature-bad', 'bad']);
    assert.deepEqual(wrongSums(plant.path, read), []);
    assert.deepEqual(wrongSums(`${plant.path}.asc`, read), []);
  });

  test('rewrites in secret without a trace in size or time', async (t) => {
    const repository = await makeOrigin(t);
    const plain = await makeOrigin(t);

    const plant = await rewriteRelease(repository, { now: NOW, inSecret: true });

    const before = statSync(join(plain.folder, plant.path));
    const now = statSync(join(repository.folder, plant.path));
    assert.deepEqual({ size: now.size, mtime: now.mtimeMs }, { size: before.size, mtime: before.mtimeMs });
    assert.notDeepEqual(reader(repository)(plant.path), reader(plain)(plant.path));
  });

  test('brings a release whose jar matches none of its sums', async (t) => {
    const repository = await makeOrigin(t);

    const plant = await publishWithWrongSums(repository, { now: NOW });

    const read = reader(repository);
    assert.deepEqual([plant.kind, plant.verdict], ['wrong-sum', 'checksum-mismatch']);
    assert.deepEqual(wrongSums(plant.path, read), ['md5', 'sha1']);
    assert.deepEqual(wrongSums(plant.path.replace(/jar$/, 'pom'), read), []);
    assert.match(read(metadataOf(plant.path)).toString(), new RegExp(`<version>${versionOf(plant.path)}</version>`));
    const kept = bytesOf(plant.answers.find(({ path }) => path === metadataOf(plant.path)));
    assert.ok(!kept.toString().includes(versionOf(plant.path)));
  });

  test('lets metadata name a version that is not there', async (t) => {
    const repository = await makeOrigin(t);

    const plant = await runMetadataAhead(repository, { now: NOW });

    const read = reader(repository);
    const release = /<release>(.*)<\/release>/.exec(read(plant.path).toString())?.[1] ?? '';
    assert.deepEqual([plant.kind, plant.verdict], ['metadata-ahead', 'incomplete-version']);
    assert.ok(release !== '' && !existsSync(join(repository.folder, plant.path, '..', release)));
    assert.ok(!bytesOf(plant.answers[0]).toString().includes(release));
    assert.deepEqual(wrongSums(plant.path, read), []);
  });

  test('takes another artifact each time and leaves nothing beside the folder', async (t) => {
    const repository = await makeOrigin(t, 12);

    const plants = [
      await publishRelease(repository, { now: NOW }),
      await rewriteRelease(repository, { now: NOW }),
      await publishWithWrongSums(repository, { now: NOW }),
      await runMetadataAhead(repository, { now: NOW }),
      await publishRelease(repository, { now: NOW }),
    ];

    assert.equal(new Set(plants.map(({ title }) => title.split(' ').find((word) => word.includes('.')))).size, 5);
    assert.ok(!existsSync(`${repository.folder}.incoming`));
  });

  test('is refused when no artifact is left', async (t) => {
    const repository = await makeOrigin(t, 2);

    await publishRelease(repository, { now: NOW });

    await assert.rejects(rewriteRelease(repository, { now: NOW }), { code: 'demo-repository-too-small' });
  });
});

async function makeOrigin(t: TestContext, artifacts = 24): Promise<PlantedRepository> {
  const folder = join(temporaryFolder(t), 'origin');
  mkdirSync(folder);
  return makeRepository(folder, { seed: 3, now: NOW, artifacts, signers: await signers });
}

function reader(repository: PlantedRepository): (path: string) => Buffer {
  return (path) => readFileSync(join(repository.folder, path));
}

function bytesOf(answer: Answer | undefined): Buffer {
  if (answer?.kind !== 'bytes') throw new Error('no bytes are expected there');
  return Buffer.from(answer.bytes);
}

/** Which of the file's md5 and sha1 sums do not match it. */
function wrongSums(path: string, read: (path: string) => Buffer): string[] {
  return ['md5', 'sha1'].filter((algorithm) => {
    const stated = read(`${path}.${algorithm}`)
      .toString('utf8')
      .slice(0, algorithm === 'md5' ? 32 : 40);
    return stated !== createHash(algorithm).update(read(path)).digest('hex');
  });
}

function metadataOf(path: string): string {
  return `${path.split('/').slice(0, -2).join('/')}/maven-metadata.xml`;
}

function versionOf(path: string): string {
  return path.split('/').at(-2) ?? '';
}
