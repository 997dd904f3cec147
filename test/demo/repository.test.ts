import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { createMessage, readKey, readSignature, verify } from 'openpgp';
import { SaxesParser } from 'saxes';
import { makeRepository, type PlantedRepository } from '../../src/demo/repository/repository.ts';
import { DAY } from '../../src/host/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';

const run = promisify(execFile);
const NOW = Date.UTC(2026, 10, 21, 1, 30);

describe('the repository that the demo makes', () => {
  const ends: (() => void)[] = [];
  let folder: string;
  let repository: PlantedRepository;
  let paths: string[];

  before(async () => {
    folder = join(temporaryFolder({ after: (end: () => void) => ends.push(end) }), 'origin');
    mkdirSync(folder);
    repository = await makeRepository(folder, { seed: 1, now: NOW });
    paths = filesBelow(folder);
  });
  after(() => {
    for (const end of ends) end();
  });

  const read = (path: string) => readFileSync(join(folder, path));
  const ending = (...ends: string[]) => paths.filter((path) => ends.some((end) => path.endsWith(end)));

  test('has some sixty artifacts in twelve groups and counts what it wrote', () => {
    const bytes = paths.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);

    assert.equal(repository.artifacts.length, 60);
    assert.equal(repository.groups, 12);
    assert.deepEqual({ files: repository.files, bytes: repository.bytes }, { files: paths.length, bytes });
  });

  test('has a true sum of every kind that it writes, and of every file at least md5 and sha1', () => {
    const sums = ending('.md5', '.sha1', '.sha256', '.sha512');

    for (const path of sums) {
      const algorithm = path.slice(path.lastIndexOf('.') + 1);
      const of = path.slice(0, path.lastIndexOf('.'));
      const stated = read(path).toString('utf8').split(' ')[0];
      assert.equal(stated, createHash(algorithm).update(read(of)).digest('hex'), path);
    }
    const without = paths.filter(
      (path) => !sums.includes(path) && !(sums.includes(`${path}.md5`) && sums.includes(`${path}.sha1`)),
    );
    assert.deepEqual(without, []);
    assert.ok(ending('.pom.sha256').length > 20 && ending('.jar.sha512').length > 20 && ending('.asc.md5').length > 20);
  });

  test('has signatures by three keys, Ed25519 and RSA, each good for the file beside it', async () => {
    const certificates = await Promise.all(
      repository.signers.map(({ certificate }) => readKey({ armoredKey: certificate })),
    );
    const used = new Set<string>();

    for (const path of ending('.asc')) {
      const message = await createMessage({ binary: read(path.slice(0, -4)) });
      const signature = await readSignature({ armoredSignature: read(path).toString('utf8') });
      const { signatures } = await verify({ message, signature, verificationKeys: certificates, date: new Date(NOW) });
      assert.equal(await signatures[0]?.verified, true, path);
      used.add(signatures[0]?.keyID.toHex() ?? '');
    }
    assert.equal(used.size, 3);
    assert.deepEqual(
      certificates.map((key) => key.getAlgorithmInfo().algorithm),
      ['eddsaLegacy', 'eddsaLegacy', 'rsaEncryptSign'],
    );
  });

  test('has signatures that GnuPG finds good too', async (t) => {
    if (!needs(t, 'gpg', 'gpgv')) return;
    const scratch = temporaryFolder(t);
    writeFileSync(join(scratch, 'all.asc'), repository.signers.map(({ certificate }) => certificate).join('\n'));
    const keyring = join(scratch, 'all.gpg');
    await run('gpg', ['--homedir', scratch, '--batch', '--output', keyring, '--dearmor', join(scratch, 'all.asc')]);

    for (const path of ending('.pom.asc').filter((_, index) => index % 7 === 0)) {
      const file = join(folder, path);
      const { stdout } = await run('gpgv', [
        '--homedir',
        scratch,
        '--keyring',
        keyring,
        '--status-fd',
        '1',
        file,
        file.slice(0, -4),
      ]);
      assert.match(stdout, /GOODSIG/, path);
    }
  });

  test('has jars that open, with a manifest and with the POM that lies beside them', () => {
    for (const path of ending('.jar')) {
      const entries = unzipSync(read(path));
      assert.ok(entries['META-INF/MANIFEST.MF'] !== undefined, path);
      const pom = Object.entries(entries).find(([name]) => name.endsWith('/pom.xml'))?.[1];
      if (pom !== undefined) assert.equal(Buffer.from(pom).toString(), read(pomBeside(path)).toString(), path);
    }
    const sizes = ending('.jar').map((path) => read(path).length);
    assert.ok(Math.max(...sizes) <= 40 * 1024 && ending('-sources.jar').length > 10);
  });

  test('has jars that unzip -t finds whole', async (t) => {
    if (!needs(t, 'unzip')) return;

    for (const path of ending('.jar').filter((_, index) => index % 20 === 0)) {
      const { stdout } = await run('unzip', ['-t', join(folder, path)]);
      assert.match(stdout, /No errors detected/, path);
    }
  });

  test('has well-formed POMs whose parents and dependencies are there', () => {
    for (const path of ending('.pom')) {
      for (const { groupId, artifactId, version } of coordinatesIn(read(path).toString('utf8'))) {
        const stem = `${groupId.replaceAll('.', '/')}/${artifactId}/${version}/${artifactId}-${version}.pom`;
        assert.ok(version.endsWith('-SNAPSHOT') || existsSync(join(folder, stem)), `${path} needs ${stem}`);
      }
    }
  });

  test('has metadata that names exactly the versions that lie beside it', () => {
    for (const artifact of repository.artifacts) {
      const path = join(artifact.group.group.replaceAll('.', '/'), artifact.artifact);
      const named = texts(read(`${path}/maven-metadata.xml`).toString('utf8'), 'versions/version');
      const there = readdirSync(join(folder, path), { withFileTypes: true }).filter((entry) => entry.isDirectory());
      assert.deepEqual(named.toSorted(), there.map((entry) => entry.name).toSorted());
    }
  });

  test('has SNAPSHOT metadata whose newest build is there in all its files', () => {
    const snapshots = ending('-SNAPSHOT/maven-metadata.xml');

    for (const path of snapshots) {
      const xml = read(path).toString('utf8');
      const values = texts(xml, 'snapshotVersion/value');
      const extensions = texts(xml, 'snapshotVersion/extension');
      const artifact = basename(dirname(dirname(path)));
      assert.ok(values.length > 0);
      for (const [index, value] of values.entries()) {
        const found = ending(`.${extensions[index]}`).some((file) =>
          file.startsWith(`${dirname(path)}/${artifact}-${value}`),
        );
        assert.ok(found, `${path} names ${value}.${extensions[index]}`);
      }
    }
    assert.ok(snapshots.length >= 3);
  });

  test('has plugin metadata for each group with a plugin', () => {
    const xml = read('org/quarrybuild/plugins/maven-metadata.xml').toString('utf8');

    assert.deepEqual(texts(xml, 'plugin/prefix'), ['quarry']);
    assert.deepEqual(texts(xml, 'plugin/artifactId'), ['quarry-maven-plugin']);
    assert.ok(paths.includes('net/kestrelparse/maven-metadata.xml'));
  });

  test('has only files of days and years ago, in whole seconds', () => {
    for (const path of paths) {
      const { mtimeMs } = statSync(join(folder, path));
      assert.ok(mtimeMs < NOW - DAY && mtimeMs % 1000 === 0, path);
    }
  });

  test('is the same for the same seed, and another for another', async (t) => {
    const again = temporaryFolder(t);
    const other = temporaryFolder(t);

    await makeRepository(again, { seed: 1, now: NOW });
    await makeRepository(other, { seed: 2, now: NOW, signers: repository.signers });

    assert.deepEqual(filesBelow(again), paths);
    const unsigned = paths.filter((path) => !path.includes('.asc'));
    assert.deepEqual(
      unsigned.filter((path) => !read(path).equals(readFileSync(join(again, path)))),
      [],
    );
    assert.notDeepEqual(filesBelow(other), paths);
  });

  test('can be smaller and larger', async (t) => {
    const small = await makeRepository(temporaryFolder(t), {
      seed: 1,
      now: NOW,
      artifacts: 12,
      signers: repository.signers,
    });
    const large = await makeRepository(temporaryFolder(t), {
      seed: 1,
      now: NOW,
      artifacts: 75,
      signers: repository.signers,
    });

    assert.deepEqual({ artifacts: small.artifacts.length, groups: small.groups }, { artifacts: 12, groups: 12 });
    assert.deepEqual({ artifacts: large.artifacts.length, groups: large.groups }, { artifacts: 75, groups: 24 });
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Of `a-1.0-sources.jar` and `a-1.0.jar`: `a-1.0.pom`. */
function pomBeside(path: string): string {
  return path.replace(/(-sources|-javadoc)?\.jar$/, '.pom');
}

/** What `dependency` and `parent` elements of a POM name. Throws when it is not well-formed. */
function coordinatesIn(xml: string): { groupId: string; artifactId: string; version: string }[] {
  return ['parent', 'dependency'].flatMap((element) => {
    const groups = texts(xml, `${element}/groupId`);
    const versions = texts(xml, `${element}/version`);
    return texts(xml, `${element}/artifactId`).map((artifactId, index) => ({
      groupId: groups[index] ?? '',
      artifactId,
      version: versions[index] ?? '',
    }));
  });
}

/** The texts of all elements whose path ends in `path`. Throws when the document is not well-formed. */
function texts(xml: string, path: string): string[] {
  const open: string[] = [];
  const found: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => open.push(name));
  parser.on('text', (text) => {
    if (`/${open.join('/')}`.endsWith(`/${path}`)) found.push(text.trim());
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return found;
}
