// `assay check` beside real mirrors: what somebody was given, what the primary publishes, and what another mirror says.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkShape } from '../../src/config/shape/client.ts';
import { loadOrMakeKey } from '../../src/operator/key.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startFront } from '../support/front.ts';
import { type Mirror, pomText, startMirror, sumOf } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { serveHttp } from './client-mirror.ts';

const TOOL = 'org/example/tool/1.0/tool-1.0.jar';
const NEW = 'org/example/new/1.0/new-1.0.jar';

test('tells what differs, what one alone has, and what nobody publishes, by signed pages', async (t) => {
  if (!needs(t, 'rsync')) return;
  const [primary, other] = [await served(t, 'the jar'), await served(t, 'the jar', { withNew: true })];
  const folder = local(t, {
    [TOOL]: ['clojars', 'another jar'],
    'org/example/tool/1.0/tool-1.0.pom': ['clojars-2', primary.pom],
    [NEW]: ['clojars', 'new 1.0'],
    'org/example/gone/1.0/gone-1.0.jar': ['clojars.org', 'nobody has it'],
    'org/example/elsewhere/1.0/elsewhere-1.0.jar': ['corp', 'not ours to judge'],
    'org/example/own/1.0/own-1.0.jar': ['', 'installed here'],
  });

  const { exit, result, problems } = await primary.mirror.verb(
    ...['check', folder, '--against', primary.url, '--against', other.url],
    ...['--key', primary.key, '--key', other.key],
  );

  const checked = checkShape.parse(result);
  assert.deepEqual([exit, problems], [1, []]);
  assert.deepEqual([checked.files, checked.same], [4, 1]);
  assert.deepEqual(
    checked.differs.map(({ path, sha256, claims }) => [path, sha256, claims.map((claim) => claim.sha256)]),
    [[TOOL, sumOf('another jar', 'sha256'), [sumOf('the jar', 'sha256'), sumOf('the jar', 'sha256')]]],
  );
  assert.deepEqual(
    checked.only_one.map(({ path, claims }) => [path, claims.map((claim) => claim.sha256)]),
    [[NEW, [null, sumOf('new 1.0', 'sha256')]]],
  );
  assert.deepEqual(
    checked.unknown.map(({ path }) => path),
    ['org/example/gone/1.0/gone-1.0.jar'],
  );
  assert.deepEqual(checked.elsewhere, { corp: 1, '': 1 });
  assert.deepEqual(
    checked.against.map(({ url, public_key, pinned }) => [url, public_key, pinned]),
    [
      [primary.url, primary.key, true],
      [other.url, other.key, true],
    ],
  );
});

test('no request names a path, unless that is asked for', async (t) => {
  if (!needs(t, 'rsync')) return;
  const primary = await served(t, 'the jar');
  const folder = local(t, { [TOOL]: ['clojars', 'the jar'] });

  await primary.mirror.verb('check', folder, '--against', primary.url);
  const whole = primary.asked();
  const byPath = await primary.mirror.verb('check', folder, '--by-path', '--against', primary.url);

  assert.ok(whole.length > 0 && whole.every((target) => !target.includes('tool')), whole.join(' '));
  assert.ok(primary.asked().some((target) => target.includes('tool-1.0.jar')));
  const checked = checkShape.parse(byPath.result);
  assert.deepEqual([byPath.exit, checked.files, checked.same, checked.by_path], [0, 1, 1, true]);
  assert.deepEqual(
    byPath.problems.map(({ code }) => code),
    ['inventory-unpinned'],
  );
});

test('what cannot be read, or is not signed as it should be, says nothing of any file', async (t) => {
  if (!needs(t, 'rsync')) return;
  const primary = await served(t, 'the jar');
  const unsigned = await served(t, 'the jar', { isSigned: false });
  const folder = local(t, { [TOOL]: ['clojars', 'the jar'] });

  const strange = await primary.mirror.verb('check', folder, '--against', primary.url, '--key', unsigned.key);
  const bare = await primary.mirror.verb('check', folder, '--against', unsigned.url);
  const nobody = await primary.mirror.verb('check', folder, '--against', 'http://127.0.0.1:9/');
  const nowhere = await primary.mirror.verb('check', join(folder, 'gone'), '--against', primary.url);

  const codes = [strange, bare, nobody, nowhere].map(({ exit, problems }) => [
    exit,
    ...problems.map(({ code }) => code),
  ]);
  assert.deepEqual(codes, [
    [3, 'inventory-unread'],
    [0, 'inventory-unsigned'],
    [3, 'inventory-unread'],
    [3, 'file-unreadable'],
  ]);
  assert.deepEqual(
    checkShape.parse(strange.result).unknown.map(({ path }) => path),
    [TOOL],
  );
});

test('what differs is reported with a token, and the primary notes it without believing it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const primary = await served(t, 'the jar', { isPrimary: true });
  const folder = local(t, { [TOOL]: ['clojars', 'another jar'] });
  const made = await primary.mirror.verb<{ token: string }>(
    'token',
    'add',
    'ada',
    '--scope',
    'evidence',
    '--expires',
    '1d',
  );
  const tokenFile = join(temporaryFolder(t), 'token');
  const words = ['check', folder, '--against', primary.url, '--report'];

  const without = await primary.mirror.verb(...words);
  writeFileSync(tokenFile, 'assay_0123456789_nonsense');
  const wrong = await primary.mirror.verb(...words, '--token-file', tokenFile);
  writeFileSync(tokenFile, `${made.result.token}\n`);
  const right = await primary.mirror.verb(...words, '--token-file', tokenFile);

  assert.equal(without.exit, 2);
  assert.deepEqual([wrong.exit, checkShape.parse(wrong.result).reported], [3, false]);
  assert.ok(wrong.problems.some(({ code, sentence }) => code === 'evidence-refused' && /401/.test(sentence)));
  assert.deepEqual([right.exit, checkShape.parse(right.result).reported], [1, true]);
  const noted = primary.mirror.look((rooms) => rooms.findings.standing('report'));
  assert.deepEqual(
    noted.map(({ verdict, severity, path, expected, observed }) => [
      verdict,
      severity,
      path,
      expected?.sha256,
      observed?.sha256,
    ]),
    [['reported-difference', 'notice', TOOL, sumOf('the jar', 'sha256'), sumOf('another jar', 'sha256')]],
  );
});

interface Served {
  readonly mirror: Mirror;
  readonly url: string;
  readonly key: string;
  readonly pom: Buffer;
  /** What the server was asked for so far, by its access log. */
  asked(): string[];
}

/** A mirror that has one release, or two. */
async function served(
  t: TestContext,
  jar: string,
  { withNew = false, isSigned = true, isPrimary = false } = {},
): Promise<Served> {
  const mirror = await startMirror(t, isPrimary ? { sections: { primary: {} } } : {});
  mirror.origin.release('tool', '1.0', jar);
  if (withNew) mirror.origin.release('new', '1.0');
  await mirror.sync();
  const folder = isSigned ? join(mirror.data, 'keys') : temporaryFolder(t);
  const key = loadOrMakeKey(join(folder, 'installation.key')).publicKey;
  const front = await startFront(t, { to: await serveHttp(t, mirror) });
  const pom = Buffer.from(pomText('tool', '1.0'));
  return { mirror, url: front.url, key, pom, asked: () => front.asked.map(({ path }) => path) };
}

/** Path to repository ID and bytes, as the resolver lays them. */
function local(
  t: TestContext,
  files: Readonly<Record<string, readonly [repository: string, content: string | Buffer]>>,
): string {
  const folder = temporaryFolder(t);
  for (const [path, [repository, content]] of Object.entries(files)) {
    const home = join(folder, dirname(path));
    mkdirSync(home, { recursive: true });
    writeFileSync(join(folder, path), content);
    const name = path.slice(path.lastIndexOf('/') + 1);
    writeFileSync(join(home, '_remote.repositories'), `${name}>${repository}=\n`, { flag: 'a' });
  }
  return folder;
}
