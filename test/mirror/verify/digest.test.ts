import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { CodedError } from '../../../src/host/error.ts';
import { METADATA_CEILING } from '../../../src/maven/metadata.ts';
import { type Digesters, startDigesters } from '../../../src/mirror/verify/digest.ts';
import type { StagedFile } from '../../../src/mirror/verify/gate.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type MadeKey, makeKey, makeSignature, packet, type SignOptions } from '../../support/openpgp-maker.ts';

const JAR = 'g/a/1.0/a-1.0.jar';

interface Bench {
  readonly digesters: Digesters;
  readonly folder: string;
  write(path: string, bytes: string | Buffer): void;
  /** Digests one file with all four sums. */
  read(path: string): Promise<StagedFile | undefined>;
}

function bench(t: TestContext, threads = 1): Bench {
  const folder = temporaryFolder(t);
  const digesters = startDigesters(threads);
  t.after(() => digesters.close());
  return {
    digesters,
    folder,
    write(path, bytes) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    },
    read: async (path) => (await digesters.digest(folder, [{ path, md5: true, sha512: true }])).files[0],
  };
}

const digest = (algorithm: string, bytes: Buffer | string) => createHash(algorithm).update(bytes).digest('hex');

for (const size of [0, 1, 1024 * 1024, 1024 * 1024 + 1, 5_000_003]) {
  test(`a file of ${size} bytes has its four digests, its size and its time`, async (t) => {
    const { write, read, folder } = bench(t);
    const bytes = Buffer.alloc(size, 'some bytes that repeat');
    write(JAR, bytes);
    utimesSync(join(folder, JAR), 1_700_000_000.9, 1_700_000_000.9);

    const file = await read(JAR);

    assert.ok(file);
    assert.equal(file.size, size);
    assert.equal(file.mtime, 1_700_000_000_000);
    for (const algorithm of ['sha256', 'sha1', 'md5', 'sha512'] as const)
      assert.equal(file[algorithm]?.toString('hex'), digest(algorithm, bytes), algorithm);
  });
}

test('md5 and sha512 are made only where they are asked for', async (t) => {
  const { write, digesters, folder } = bench(t);
  write(JAR, 'jar');
  write('g/a/1.0/large.jar', Buffer.alloc(1024 * 1024 + 1));

  const { files } = await digesters.digest(folder, [
    { path: JAR, md5: true, sha512: false },
    { path: 'g/a/1.0/large.jar', md5: false, sha512: true },
  ]);

  assert.deepEqual(
    files.map((file) => [file.md5 === null, file.sha512 === null]),
    [
      [false, true],
      [true, false],
    ],
  );
});

test('what is no regular file is missing: nothing, a folder, a link, a pipe, a file for a folder', async (t) => {
  const { write, digesters, folder } = bench(t);
  write('secret', 'never read');
  write('file', 'x');
  mkdirSync(join(folder, 'folder'));
  symlinkSync(join(folder, 'secret'), join(folder, 'link'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  assert.equal(spawnSync('mkfifo', [join(folder, 'pipe')]).status, 0);
  const names = ['nothing', 'folder', 'link', 'dangling', 'pipe', 'file/below'];

  const answer = await digesters.digest(
    folder,
    [...names, 'file'].map((path) => ({ path, md5: false, sha512: false })),
  );

  assert.deepEqual(answer.missing, names);
  assert.deepEqual(
    answer.files.map((file) => file.path),
    ['file'],
  );
});

test('what the gate wants to know of the content comes with the digests', async (t) => {
  const { write, read } = bench(t);
  write('g/a/1.0/a-1.0.jar.sha1', `${'A'.repeat(40)}  a-1.0.jar\n`);
  write('g/a/1.0/a-1.0.jar.md5', '<html>');
  write('g/a/1.0/a-1.0.pom', '<project>&nbsp;</project>');
  write('g/a/1.0/a-1.0.jar.asc', '<html>');
  write('g/a/maven-metadata.xml', '<metadata><version>1</version></metadata>');
  write('feed.html', '<html>');

  assert.deepEqual((await read('g/a/1.0/a-1.0.jar.sha1'))?.sum, { kind: 'digest', hex: 'a'.repeat(40) });
  assert.deepEqual((await read('g/a/1.0/a-1.0.jar.md5'))?.sum, { kind: 'page' });
  assert.match((await read('g/a/1.0/a-1.0.pom'))?.xmlFault ?? '', /entity/);
  assert.equal((await read('g/a/1.0/a-1.0.jar.asc'))?.isPage, true);
  assert.equal((await read('g/a/maven-metadata.xml'))?.metadata?.kind, 'metadata');
  assert.equal((await read('feed.html'))?.isPage, false);
});

test('metadata of a megabyte and more is read whole, and above its ceiling not at all', async (t) => {
  const { write, read } = bench(t);
  const versions = Array.from({ length: 60_000 }, (_, index) => `<version>1.0.${index}</version>`).join('\n');
  write('g/a/maven-metadata.xml', `<metadata><versioning><versions>${versions}</versions></versioning></metadata>`);
  write('g/b/maven-metadata.xml', Buffer.alloc(METADATA_CEILING + 1, 0x20));

  const found = (await read('g/a/maven-metadata.xml'))?.metadata;

  assert.equal(found?.kind === 'metadata' ? found.versions.length : 0, 60_000);
  assert.equal((await read('g/b/maven-metadata.xml'))?.metadata?.kind, 'too-large');
});

test('a file that cannot be read fails its request, and the next request is answered', async (t) => {
  const { digesters, folder, write, read } = bench(t);
  write(JAR, 'jar');
  const tooLong = { path: 'x'.repeat(300), md5: false, sha512: false };

  const failed = digesters.digest(folder, [tooLong]);

  await assert.rejects(failed, (error) => error instanceof CodedError && error.code === 'digest-failed');
  assert.equal((await read(JAR))?.sha256.toString('hex'), digest('sha256', 'jar'));
});

test('requests under way on several threads are answered each with its own', async (t) => {
  const { digesters, folder, write } = bench(t, 2);
  const paths = Array.from({ length: 40 }, (_, index) => `g/a/1.0/a-1.0-${index}.jar`);
  for (const path of paths) write(path, path);

  const answers = await Promise.all(
    paths.map((path) => digesters.digest(folder, [{ path, md5: false, sha512: false }])),
  );

  assert.deepEqual(
    answers.map((answer) => answer.files[0]?.sha256.toString('hex')),
    paths.map((path) => digest('sha256', path)),
  );
});

test('requests that are under way when the threads are closed fail', async (t) => {
  const { digesters, folder, write } = bench(t);
  write('large', Buffer.alloc(20_000_000));

  const answer = digesters.digest(folder, [{ path: 'large', md5: true, sha512: true }]);
  const refused = assert.rejects(answer, (error) => error instanceof CodedError && error.code === 'digest-failed');
  await digesters.close();

  await refused;
});

test('files are read again for what tells their bytes, and what cannot be read is an answer', async (t) => {
  const { digesters, folder, write } = bench(t);
  const large = Buffer.alloc(1024 * 1024 + 7, 'bytes that repeat');
  write(JAR, 'jar');
  write('large', large);
  write('empty', '');
  symlinkSync(join(folder, JAR), join(folder, 'link'));

  const answers = await digesters.reread(folder, [JAR, 'large', 'empty', 'link', 'nothing', 'g'], 0);

  assert.deepEqual(answers, [
    { kind: 'read', path: JAR, size: 3, sha256: digest('sha256', 'jar'), sha1: digest('sha1', 'jar') },
    { kind: 'read', path: 'large', size: large.length, sha256: digest('sha256', large), sha1: digest('sha1', large) },
    { kind: 'read', path: 'empty', size: 0, sha256: digest('sha256', ''), sha1: digest('sha1', '') },
    { kind: 'missing', path: 'link' },
    { kind: 'missing', path: 'nothing' },
    { kind: 'missing', path: 'g' },
  ]);
});

test('files are read no faster than they may be, large and small ones', async (t) => {
  const { digesters, folder, write } = bench(t);
  write('large', Buffer.alloc(3_000_000));
  write('small', 'a page of the disk all the same');
  const begun = performance.now();

  await digesters.reread(folder, ['large'], 10_000_000);
  await digesters.reread(
    folder,
    Array.from({ length: 25 }, () => 'small'),
    1_000_000,
  );

  assert.ok(performance.now() - begun > 380, `it took ${performance.now() - begun} ms`);
});

test('a thread that waits before it reads on is ended at once', async (t) => {
  const { digesters, folder, write } = bench(t);
  write('slow', Buffer.alloc(2_000_000));

  const slow = digesters.reread(folder, ['slow'], 10);
  const refused = assert.rejects(slow, (error) => error instanceof CodedError && error.code === 'digest-failed');
  await digesters.close();

  await refused;
});

for (const size of [20, 3_000_001]) {
  test(`a file of ${size} bytes gives the same sums with signatures beside it, and what they prove`, async (t) => {
    const made = Date.UTC(2020, 0, 1) / 1000;
    const keys = [makeKey('rsa2048', made), makeKey('secp256r1', made)];
    const on = bench(t);
    const bytes = Buffer.alloc(size, 'some text\r\nand more\n');
    const sign = (key: MadeKey, options: Partial<SignOptions>) =>
      packet(2, makeSignature(key, textOf(bytes, options), { created: made, ...options }));
    on.write(JAR, bytes);
    on.write(
      `${JAR}.asc`,
      Buffer.concat(keys.flatMap((key) => [sign(key, { hash: 'sha512' }), sign(key, { hash: 'sha1', type: 1 })])),
    );
    const known = keys.map((key) => ({ fingerprint: key.fingerprint, keyId: key.keyId, body: key.publicBody }));
    await using digesters = startDigesters(1, known);
    const signatures = [
      { path: `${JAR}.asc`, folder: on.folder },
      { path: `${JAR}.sig`, folder: on.folder },
    ];

    const { files } = await digesters.digest(on.folder, [{ path: JAR, md5: true, sha512: true, signatures }]);
    const { signatures: _, ...without } = (await on.read(JAR)) ?? { signatures: null };
    const { signatures: found, ...sums } = files[0] ?? { signatures: null };

    assert.deepEqual(sums, without);
    assert.deepEqual(
      found?.map(({ path, kind }) => [path, kind]),
      [[`${JAR}.asc`, 'openpgp']],
    );
    const proofs = found?.[0]?.signatures.map(({ proof }) => (proof.kind === 'verified' ? proof.key : proof.kind));
    assert.deepEqual(
      proofs,
      keys.flatMap(({ fingerprint }) => [fingerprint, fingerprint]),
    );
  });
}

/** What the signature is made over: bytes as they are, or text with the line ends of the network. */
function textOf(bytes: Buffer, { type }: Partial<SignOptions>): Buffer {
  return type === 1 ? Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1') : bytes;
}
