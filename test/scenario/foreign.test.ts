// Repositories that real build tools and real people have made, mirrored and read back by somebody who trusts neither us nor the origin.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { temporaryFolder } from '../support/folder.ts';
import { CORPUS, DEBIAN_MAVEN_REPO, needs } from '../support/needs.ts';
import { type Answer, mirrorOf } from './foreign-mirror.ts';

describe("Debian's Maven repository", () => {
  test('with its links followed is mirrored whole and comes back over HTTPS byte for byte', async (t) => {
    if (!needs(t, 'rsync', 'maven-repo')) return;
    const folder = withoutLinks(t, DEBIAN_MAVEN_REPO);
    const { files } = walk(folder);
    const mirror = await mirrorOf(t, folder);

    const { status, result, problems } = await mirror.sync();
    const answers = await mirror.getAll(files);

    assert.deepEqual({ status, problems }, { status: 0, problems: [] });
    assert.deepEqual([result.listed, result.accepted], [files.length, files.length]);
    assert.deepEqual([result.rejected, result.deferred], [[], []]);
    assert.deepEqual(falseAnswers(folder, answers), []);
  });

  test('as it is has every link that leads out of the tree reported, and the rest is served', async (t) => {
    if (!needs(t, 'rsync', 'maven-repo')) return;
    const { files, linksOut, linksIn } = walk(DEBIAN_MAVEN_REPO);
    const mirror = await mirrorOf(t, DEBIAN_MAVEN_REPO);

    const { status, result } = await mirror.sync();
    const answers = await mirror.getAll([...files, ...linksIn]);
    const reported = result.rejected.filter(({ verdict }) => verdict === 'unsafe-path').map(({ path }) => path);

    assert.ok(linksOut.length > 0, 'this Debian keeps no link in its repository: the test has lost its ground');
    assert.equal(status, 1);
    assert.deepEqual(reported.toSorted(), linksOut.toSorted());
    assert.deepEqual([result.rejected.length, result.deferred], [linksOut.length, []]);
    assert.deepEqual(falseAnswers(DEBIAN_MAVEN_REPO, answers), []);
  });
});

describe('a small real repository', () => {
  test('is mirrored with status 0, comes back over HTTPS byte for byte, and a second pass fetches nothing', async (t) => {
    if (!needs(t, 'rsync', 'corpus')) return;
    const folder = join(CORPUS, 'repository');
    const { files } = walk(folder);
    const mirror = await mirrorOf(t, folder);

    const { status, result, problems } = await mirror.sync();
    const again = await mirror.sync();
    const answers = await mirror.getAll(files);

    assert.deepEqual({ status, problems }, { status: 0, problems: [] });
    assert.deepEqual([result.accepted, result.rejected, result.deferred], [files.length, [], []]);
    assert.deepEqual([again.status, again.result.accepted, again.result.bytes_fetched], [0, 0, 0]);
    assert.equal(again.result.generation, result.generation);
    assert.deepEqual(falseAnswers(folder, answers), []);
  });
});

interface Tree {
  /** Repository paths of regular files. */
  readonly files: string[];
  readonly linksIn: string[];
  readonly linksOut: string[];
}

/** Our own look at the tree, which shares nothing with what is tested. */
function walk(folder: string): Tree {
  const home = realpathSync(folder);
  const tree: Tree = { files: [], linksIn: [], linksOut: [] };
  for (const entry of readdirSync(home, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(home.length + 1);
    if (entry.isFile()) tree.files.push(path);
    if (!entry.isSymbolicLink()) continue;
    if (realpathSync(file).startsWith(`${home}/`)) tree.linksIn.push(path);
    else tree.linksOut.push(path);
  }
  return tree;
}

/** An rsync daemon of these days refuses to follow links for its client: the copy follows them. */
function withoutLinks(t: TestContext, folder: string): string {
  const copy = join(temporaryFolder(t), 'repository');
  execFileSync('cp', ['-rLp', folder, copy]);
  return copy;
}

/** What is wrong with the answers: nothing is left out, so that a failure tells its whole size. */
function falseAnswers(folder: string, answers: readonly Answer[]): string[] {
  return answers.flatMap((answer) => {
    const bytes = readFileSync(join(folder, answer.path));
    const faults = [
      ...(answer.status === 200 ? [] : [`status ${answer.status}`]),
      ...(answer.body.equals(bytes) ? [] : ['other bytes']),
      ...(answer.headers.etag === `"${digest('sha256', bytes)}"` ? [] : [`ETag ${answer.headers.etag}`]),
      ...falseSums(folder, answer, bytes),
    ];
    return faults.length === 0 ? [] : [`${answer.path}: ${faults.join(', ')}`];
  });
}

const ALWAYS = ['sha1', 'sha256'];
const WHERE_THE_ORIGIN_HAS_IT = ['md5', 'sha512'];

function falseSums(folder: string, { path, headers }: Answer, bytes: Buffer): string[] {
  const due = [...ALWAYS, ...WHERE_THE_ORIGIN_HAS_IT.filter((algorithm) => isThere(folder, `${path}.${algorithm}`))];
  return [...ALWAYS, ...WHERE_THE_ORIGIN_HAS_IT].flatMap((algorithm) => {
    const told = headers[`x-checksum-${algorithm}`];
    const expected = due.includes(algorithm) ? digest(algorithm, bytes) : undefined;
    return told === expected ? [] : [`X-Checksum-${algorithm.toUpperCase()} ${told}`];
  });
}

function isThere(folder: string, path: string): boolean {
  const names = readdirSync(join(folder, path.slice(0, path.lastIndexOf('/'))));
  return names.includes(path.slice(path.lastIndexOf('/') + 1));
}

function digest(algorithm: string, bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
