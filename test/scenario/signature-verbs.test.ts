// `verify --signatures` and `keys`, as an operator uses them.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Key, KeyCensus, KeyDetail, KeyImport } from '../../src/config/shape/keys.ts';
import { type SignatureLine, signatureLineShape, signatureSummaryShape } from '../../src/config/shape/signature.ts';
import type { StatusResult } from '../../src/config/shape/status.ts';
import { runLines } from '../support/mirror.ts';
import { CORPUS, needs } from '../support/needs.ts';
import { makeCertificate } from '../support/openpgp-maker.ts';
import { KEY_MADE_AT, type SignedMirror, signerKey, startSignedMirror } from '../support/signed-origin.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';

async function lines(mirror: SignedMirror, ...words: string[]) {
  const all = await runLines(['--config', mirror.configFile, '--json', 'verify', '--signatures', ...words]);
  const summary = all.at(-1) as {
    kind: string;
    exit: number;
    result: Record<string, unknown>;
    problems: { code: string }[];
  };
  return { signatures: all.slice(0, -1) as unknown as SignatureLine[], summary };
}

test('every signature of the corpus is a line with exactly what its bytes say', async (t) => {
  if (!needs(t, 'rsync', 'corpus')) return;
  const mirror = await startSignedMirror(t);
  cpSync(join(CORPUS, 'repository'), mirror.origin.folder, { recursive: true, preserveTimestamps: true });
  const folders = { keyring: join(CORPUS, 'keyring'), keysmap: join(CORPUS, 'keysmap') };
  mirror.configure({ verify: { signatures: 'observe', ...folders } });
  const pass = await mirror.sync();
  const expected: Record<string, Record<string, unknown>[]> = JSON.parse(
    readFileSync(join(CORPUS, 'expected.json'), 'utf8'),
  );

  const { signatures, summary } = await lines(mirror);

  assert.equal(pass.exit, 0);
  assert.deepEqual([summary.kind, summary.exit], ['summary', 0]);
  const byPath = new Map(signatures.map((line) => [line.path, line]));
  assert.equal(byPath.size, Object.keys(expected).length);
  for (const [asc, facts] of Object.entries(expected)) {
    const line = byPath.get(asc.replace(/\.asc$/, ''));
    assert.equal(line?.class, facts[0]?.class, asc);
    const isUnsigned = line?.class === 'unsigned';
    assert.deepEqual(
      isUnsigned ? [] : line?.signatures.map(known),
      isUnsigned ? line?.signatures : facts.map(({ because: _, ...rest }) => rest),
    );
  }
});

test('the signed inventory says what is made of the signature of each file', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const key = signerKey();
  mirror.know(key);
  mirror.signedRelease('tool', '1.0', key);
  mirror.signedRelease('plain', '1.0');
  await mirror.sync();

  const { text } = await mirror.get('-/inventory');
  const rows: { path?: string; signature?: unknown }[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

  const classes = Object.fromEntries(rows.map(({ path, signature }) => [path, signature]));
  assert.deepEqual(
    [JAR, 'org/example/plain/1.0/plain-1.0.jar', `${JAR}.sha1`].map((path) => classes[path]),
    ['good', 'unsigned', undefined],
  );
});

/** What a line says, without what depends on the mirror, and without what is not known. */
function known(signature: SignatureLine['signatures'][number]): Record<string, unknown> {
  const { trusted: _, continuity: __, because: ___, notes, ...facts } = signature;
  const all = { ...facts, notes: notes.length === 0 ? null : notes };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

test('lines and summary are in the shapes that `assay schema` prints, also when there is nothing to judge', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const key = signerKey();
  mirror.know(key);
  mirror.trust(`org.example = 0x${key.fingerprint}`);
  mirror.signedRelease('tool', '1.0', key, signerKey());
  mirror.signedRelease('plain', '1.0');
  await mirror.sync();

  const all = await lines(mirror);
  const some = await lines(mirror, 'org.example:plain');
  const group = await lines(mirror, 'org.example');
  const none = await lines(mirror, 'org.example:other');

  for (const line of all.signatures) signatureLineShape.parse(line);
  signatureSummaryShape.parse(all.summary.result);
  assert.deepEqual(
    all.signatures.map(({ class: kind, allowed, continuity }) => [kind, allowed, continuity]),
    [
      ['unsigned', false, null],
      ['unsigned', false, null],
      ['good', true, 'new'],
      ['good', true, 'new'],
    ],
  );
  assert.deepEqual(
    all.signatures[3]?.signatures.map(({ class: kind }) => kind),
    ['good', 'no-key'],
  );
  assert.deepEqual([some.signatures.length, group.signatures.length], [2, 4]);
  assert.deepEqual([none.signatures.length, none.summary.kind, none.summary.exit], [0, 'summary', 3]);
  assert.equal(none.summary.problems[0]?.code, 'nothing-published');
});

test('bytes that were changed in the tree are judged as they lie there, and told to be damaged', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const key = signerKey();
  mirror.know(key);
  mirror.signedRelease('tool', '1.0', key);
  await mirror.sync();
  writeFileSync(join(mirror.data, 'published', JAR), 'other bytes');

  const { signatures, summary } = await lines(mirror, JAR);

  assert.deepEqual(
    signatures.map(({ class: kind }) => kind),
    ['bad'],
  );
  assert.deepEqual([summary.problems[0]?.code, summary.result.damaged], ['tree-damaged', [JAR]]);
  assert.equal(mirror.look((rooms) => rooms.signatures.find(JAR))?.class, 'good');
});

test('a key that is imported judges at once what waited for it', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const key = signerKey();
  mirror.signedRelease('tool', '1.0', key);
  mirror.signedRelease('plain', '1.0');
  await mirror.sync();
  const file = join(dirname(mirror.configFile), 'KEYS');
  writeFileSync(file, makeCertificate(key, KEY_MADE_AT));
  const census = (await mirror.verb<KeyCensus>('keys', 'census')).result;

  const imported = (await mirror.verb<KeyImport>('keys', 'import', file)).result;
  const again = (await mirror.verb<KeyImport>('keys', 'import', file)).result;

  assert.deepEqual(
    census.keys_to_get.map(({ issuer, files }) => [issuer, files]),
    [[key.keyId, 2]],
  );
  assert.deepEqual(
    census.unsigned.map(({ artifact }) => artifact),
    ['org.example:plain'],
  );
  assert.deepEqual(
    imported.certificates.map(({ fingerprint, state }) => [fingerprint, state]),
    [[key.fingerprint, 'new']],
  );
  assert.deepEqual(imported.judged, { changed: 2, whole: true, classes: { good: 2 } });
  assert.deepEqual([again.certificates[0]?.state, again.judged.changed], ['unchanged', 0]);
  const { keys } = (await mirror.verb<{ keys: Key[] }>('keys', 'list')).result;
  assert.deepEqual(
    keys.map(({ fingerprint, files, artifacts }) => [fingerprint, files, artifacts]),
    [[key.fingerprint, 2, 1]],
  );
  const shown = (await mirror.verb<KeyDetail>('keys', 'show', key.keyId)).result;
  assert.deepEqual(shown.signed, ['org.example:tool']);
  const { signatures } = (await mirror.verb<StatusResult>('status')).result;
  assert.deepEqual(signatures.classes, { good: 2, unsigned: 2 });
});

test('keys come from a URL too, and what is none is said', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const key = signerKey();
  const url = await serving(
    t,
    new Map([
      ['/KEYS', makeCertificate(key, KEY_MADE_AT)],
      ['/page', Buffer.from('<html>')],
    ]),
  );

  const good = await mirror.verb<KeyImport>('keys', 'import', `${url}/KEYS`);
  const page = await mirror.verb<KeyImport>('keys', 'import', `${url}/page`);
  const none = await mirror.verb('keys', 'import', `${url}/nothing`);

  assert.deepEqual([good.exit, good.result.certificates.length], [0, 1]);
  assert.deepEqual([page.exit, page.problems[0]?.code], [3, 'keys-none']);
  assert.deepEqual([none.exit, none.problems[0]?.code], [3, 'keys-unreachable']);
});

async function serving(t: TestContext, files: ReadonlyMap<string, Buffer>): Promise<string> {
  const server = createServer((request, response) => {
    const body = files.get(request.url ?? '');
    response.writeHead(body === undefined ? 404 : 200).end(body ?? '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => new Promise((done) => server.close(done)));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

test('a line of trust lets a key in, stands once, and is refused where it cannot be read', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t, 'require');
  const key = signerKey();
  mirror.know(key);
  mirror.signedRelease('tool', '1.0', key);
  await mirror.sync();
  assert.deepEqual(await mirror.statuses(JAR), [403]);

  const added = await mirror.verb('keys', 'trust', key.fingerprint, 'org.example:tool', '--reason', 'their site');
  const again = await mirror.verb('keys', 'trust', key.fingerprint, 'org.example:tool');
  const short = await mirror.verb('keys', 'trust', key.keyId, 'org.example:tool');
  const odd = await mirror.verb('keys', 'trust', key.fingerprint, 'a:b:c:d:e:f');
  await mirror.sync();

  assert.deepEqual([added.result.added, again.result.added], [true, false]);
  assert.deepEqual([short.problems[0]?.code, odd.problems[0]?.code], ['key-wrong', 'coordinates-wrong']);
  assert.deepEqual(await mirror.statuses(JAR), [200]);
  const audited = mirror.look(({ audit }) => audit.latest(5)).filter(({ action }) => action === 'keys trust');
  assert.deepEqual(
    audited.map(({ detail }) => detail),
    ['their site'],
  );
});

test('under require a keyring or a keysmap that is not there stops the pass, and says so', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t, 'require');
  mirror.signedRelease('tool', '1.0');
  rmSync(join(dirname(mirror.configFile), 'keysmap'));

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.problems[0]?.code], [3, 'keysmap-unreadable']);
});

test('SSH signatures and sigstore bundles are kinds of their own', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const home = mirror.origin.release('ssh', '1.0');
  mirror.origin.put(`${home}/ssh-1.0.jar.sig`, '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n');
  mirror.origin.put(`${home}/ssh-1.0.pom.sigstore.json`, '{}');
  await mirror.sync();

  const { signatures } = await lines(mirror);

  assert.deepEqual(
    signatures.map(({ class: kind, beside }) => [kind, beside.length]),
    [
      ['ssh-only', 1],
      ['sigstore-only', 1],
    ],
  );
});

test('the end of a key is told in the day on which it comes, without a word from anybody', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  mkdirSync(join(dirname(mirror.configFile), 'later'));
  const key = signerKey();
  const inDays = (days: number) => Math.floor(Date.now() / 1000) - KEY_MADE_AT + days * 86_400;
  const expiry = Buffer.alloc(4);
  expiry.writeUInt32BE(inDays(2));
  const certificate = makeCertificate(key, KEY_MADE_AT, {
    subpackets: [
      [27, Buffer.from([3])],
      [9, expiry],
    ],
  });
  writeFileSync(join(dirname(mirror.configFile), 'keyring', 'key.gpg'), certificate);
  mirror.signedRelease('tool', '1.0', key);
  await mirror.sync();

  const before = mirror.look((rooms) => rooms.signatures.find(JAR))?.class;
  await mirror.judgeLater(3 * 86_400_000);

  assert.equal(before, 'good');
  assert.equal(mirror.look((rooms) => rooms.signatures.find(JAR))?.class, 'key-expired-later');
});
