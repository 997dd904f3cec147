// What signatures are worth to a mirror: told under `observe`, asked for under `require`.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DAY } from '../../src/host/clock.ts';
import { publishedText } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { signatureOf, signerKey, startSignedMirror } from '../support/signed-origin.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';
const POM = 'org/example/tool/1.0/tool-1.0.pom';
const ANY = 'org.example = any';

test('under observe everything is published, and what is true of each signature is kept', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const [known, stranger] = [signerKey(), signerKey('rsa2048')];
  mirror.know(known);
  mirror.trust(`org.example:tool = 0x${known.fingerprint}`);
  mirror.signedRelease('tool', '1.0', known);
  mirror.signedRelease('foreign', '1.0', stranger);
  mirror.signedRelease('plain', '1.0');
  mirror.signedRelease('forged', '1.0');
  mirror.sign('org/example/forged/1.0/forged-1.0.jar', known, 'other bytes');

  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.rejected, pass.result.deferred], [0, [], []]);
  const rows = mirror.look(({ signatures }) =>
    ['tool', 'foreign', 'plain', 'forged'].map((name) => signatures.find(`org/example/${name}/1.0/${name}-1.0.jar`)),
  );
  assert.deepEqual(
    rows.map((row) => row?.class),
    ['good', 'no-key', 'unsigned', 'bad'],
  );
  assert.deepEqual(
    rows.map((row) => row?.trusted),
    [true, null, null, null],
  );
  assert.deepEqual(
    rows.map((row) => row?.continuity),
    ['new', 'new', null, null],
  );
  assert.equal(rows[0]?.certificate, known.fingerprint);
  assert.equal(rows[1]?.issuer, stranger.keyId);
  const standing = mirror.look(({ findings }) => findings.standing());
  assert.deepEqual(
    standing.map(({ verdict, severity, path }) => [verdict, severity, path]),
    [['signature-bad', 'notice', 'org/example/forged/1.0/forged-1.0.jar.asc']],
  );
});

test('under require a forged signature is refused, with its file and its version', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t, 'require');
  const key = signerKey();
  mirror.know(key);
  mirror.trust(ANY);
  mirror.signedRelease('tool', '1.0', key);
  mirror.sign(JAR, key, 'other bytes');

  const pass = await mirror.sync();

  assert.equal(pass.exit, 1);
  assert.deepEqual(pass.result.rejected, [
    { path: JAR, verdict: 'signature-bad' },
    { path: `${JAR}.asc`, verdict: 'signature-bad' },
  ]);
  assert.deepEqual(await mirror.statuses(JAR, `${JAR}.asc`, POM, `${POM}.sha1`), [403, 403, 403, 403]);
  assert.match((await mirror.get(JAR)).text, /signature-bad/);
  const { entries } = (await mirror.verb<{ entries: { sentence: string }[] }>('quarantine', 'list')).result;
  assert.match(entries[0]?.sentence ?? '', /^bad: it does not verify with the key it names.*ask the publisher/);
});

test('under require each refusal names the class and what to do', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t, 'require');
  const [trusted, untrusted, unknown] = [signerKey(), signerKey(), signerKey()];
  mirror.know(trusted);
  mirror.know(untrusted);
  mirror.trust(`org.example = 0x${trusted.fingerprint}`, 'org.example:allowed = noSig', 'org.example:lost = noKey');
  mirror.signedRelease('tool', '1.0', trusted);
  mirror.signedRelease('untrusted', '1.0', untrusted);
  mirror.signedRelease('unknown', '1.0', unknown);
  mirror.signedRelease('unsigned', '1.0');
  mirror.signedRelease('allowed', '1.0');
  mirror.signedRelease('lost', '1.0', unknown);

  const pass = await mirror.sync();

  const refused = new Set(pass.result.rejected.map(({ path, verdict }) => `${path.split('/')[2]} ${verdict}`));
  const expected = ['unknown', 'unsigned', 'untrusted'].map((name) => `${name} signature-policy`);
  assert.deepEqual([...refused].sort(), expected);
  const served = ['tool', 'allowed', 'lost'].map((name) => `org/example/${name}/1.0/${name}-1.0.jar`);
  assert.deepEqual(await mirror.statuses(...served), [200, 200, 200]);
  const why = (name: string) =>
    mirror.look(({ held }) => held.find(`org/example/${name}/1.0/${name}-1.0.jar`)?.why ?? '');
  assert.match(why('unknown'), /^no-key: .*assay keys import/);
  assert.match(why('unsigned'), /^unsigned; .*noSig/);
  assert.match(why('untrusted'), /^good; .*assay keys trust/);
});

test('under require what is refused for a key comes in with the first pass after the key', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t, 'require');
  const key = signerKey();
  mirror.trust(ANY);
  mirror.signedRelease('tool', '1.0', key);
  await mirror.sync();
  assert.deepEqual(await mirror.statuses(JAR), [403]);

  mirror.know(key);
  const pass = await mirror.sync();

  assert.deepEqual([pass.exit, pass.result.rejected], [0, []]);
  assert.deepEqual(await mirror.statuses(JAR, `${JAR}.asc`, POM), [200, 200, 200]);
});

test('a signature that comes later beside a release is judged, and is no rewriting of the release', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const key = signerKey('rsa2048');
  mirror.know(key);
  mirror.signedRelease('tool', '1.0');
  await mirror.sync();
  const before = mirror.look(({ signatures }) => signatures.find(JAR));

  mirror.signedRelease('tool', '1.0', key);
  const pass = await mirror.syncLater(60_000);

  const after = mirror.look(({ signatures }) => signatures.find(JAR));
  assert.deepEqual([pass.exit, pass.result.rejected], [0, []]);
  assert.deepEqual([before?.class, after?.class, after?.certificate], ['unsigned', 'good', key.fingerprint]);
  assert.equal((after?.signedSince ?? 0) > (before?.signedSince ?? 0), true);
  assert.deepEqual(await mirror.statuses(`${JAR}.asc`), [200]);
});

for (const mode of ['observe', 'require'] as const) {
  test(`a signature that comes beside bytes that have rotted here accuses nobody: ${mode}`, async (t) => {
    if (!needs(t, 'rsync')) return;
    const mirror = await startSignedMirror(t, mode);
    const key = signerKey();
    mirror.know(key);
    mirror.trust('org.example = noSig, any');
    mirror.signedRelease('tool', '1.0');
    await mirror.sync();
    const file = join(mirror.data, 'published', JAR);
    writeFileSync(file, 'fool 1.0');

    mirror.sign(JAR, key, 'tool 1.0');
    const pass = await mirror.syncLater(60_000);

    const judged = () => mirror.look(({ signatures }) => signatures.find(JAR)?.class);
    const standing = () => mirror.look(({ findings }) => findings.standing()).map(({ verdict }) => verdict);
    const deferred = mode === 'require' ? [{ path: `${JAR}.asc`, verdict: 'incomplete-version' }] : [];
    assert.deepEqual([pass.exit, pass.result.rejected, pass.result.deferred], [0, [], deferred]);
    assert.deepEqual([judged(), standing()], ['unsigned', []]);

    writeFileSync(file, 'tool 1.0');
    await mirror.syncLater(120_000);
    await mirror.judgeLater(2 * DAY);

    assert.deepEqual([judged(), standing()], ['good', []]);
  });
}

test('a signature in whose place another one comes is told, and both are kept', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const [first, second] = [signerKey(), signerKey()];
  mirror.know(first);
  mirror.know(second);
  mirror.signedRelease('tool', '1.0', first);
  await mirror.sync();
  const former = publishedText(mirror, `${JAR}.asc`);

  mirror.origin.put(`${JAR}.asc`, signatureOf(second, 'tool 1.0'), { ageMs: 0 });
  const pass = await mirror.syncLater(60_000);

  assert.deepEqual([pass.exit, pass.result.rejected], [0, []]);
  assert.notEqual(publishedText(mirror, `${JAR}.asc`), former);
  const folder = join(mirror.data, 'former', `${JAR}.asc`);
  assert.deepEqual(
    readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')),
    [former],
  );
  const verdicts = mirror
    .look(({ findings }) => findings.standing())
    .map(({ verdict, severity }) => `${verdict} ${severity}`);
  assert.deepEqual(verdicts.sort(), ['signature-changed notice', 'signer-changed notice']);
  assert.equal(mirror.look(({ signatures }) => signatures.find(JAR))?.continuity, 'changed');
});

test('under require a signature that is not allowed does not replace one that is', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t, 'require');
  const key = signerKey();
  mirror.know(key);
  mirror.trust(ANY);
  mirror.signedRelease('tool', '1.0', key);
  await mirror.sync();
  const kept = publishedText(mirror, `${JAR}.asc`);

  mirror.origin.put(`${JAR}.asc`, signatureOf(key, 'other bytes'), { ageMs: 0 });
  const pass = await mirror.sync();

  assert.deepEqual(pass.result.rejected, [{ path: `${JAR}.asc`, verdict: 'signature-bad' }]);
  assert.equal(publishedText(mirror, `${JAR}.asc`), kept);
  assert.equal(mirror.look(({ signatures }) => signatures.find(JAR))?.class, 'good');
  assert.equal(existsSync(join(mirror.data, 'former')), false);
});

test('a new signer, and a version without a signature after signed ones, are told', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const [first, second] = [signerKey(), signerKey()];
  mirror.know(first);
  mirror.know(second);
  mirror.signedRelease('tool', '1.0', first);
  await mirror.sync();
  mirror.signedRelease('tool', '1.1', first);
  await mirror.syncLater(60_000);
  mirror.signedRelease('tool', '1.2', second);
  await mirror.syncLater(120_000);
  mirror.signedRelease('tool', '1.3');
  const pass = await mirror.syncLater(180_000);

  const continuity = ['1.0', '1.1', '1.2', '1.3'].map((version) =>
    mirror.look(({ signatures }) => signatures.find(`org/example/tool/${version}/tool-${version}.pom`)?.continuity),
  );
  assert.deepEqual(continuity, ['new', 'same', 'changed', 'stripped']);
  assert.equal(pass.exit, 0);
  const verdicts = mirror.look(({ findings }) => findings.standing()).map(({ verdict }) => verdict);
  assert.deepEqual([...new Set(verdicts)].sort(), ['signature-stripped', 'signer-changed']);
});

test('with signatures off nothing is looked at, and everything is published', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t, 'off');
  mirror.signedRelease('tool', '1.0', signerKey());

  const pass = await mirror.sync();

  assert.equal(pass.exit, 0);
  assert.equal(
    mirror.look(({ signatures }) => signatures.find(JAR)),
    null,
  );
  assert.deepEqual(await mirror.statuses(JAR, `${JAR}.asc`), [200, 200]);
});

test('a signature that the origin drops is told, stays served, and is forgiven when it comes back', async (t) => {
  if (!needs(t, 'rsync')) return;
  const mirror = await startSignedMirror(t);
  const key = signerKey();
  mirror.know(key);
  mirror.signedRelease('tool', '1.0', key);
  await mirror.sync();
  const asc = readFileSync(join(mirror.origin.folder, `${JAR}.asc`));
  mirror.origin.remove(`${JAR}.asc`);

  const without = await mirror.syncLater(60_000);
  const told = mirror.look(({ findings }) => findings.standing()).map(({ verdict, path }) => [verdict, path]);
  mirror.origin.put(`${JAR}.asc`, asc);
  await mirror.syncLater(120_000);

  assert.equal(without.exit, 0);
  assert.deepEqual(told, [['signature-stripped', `${JAR}.asc`]]);
  assert.deepEqual(await mirror.statuses(JAR, `${JAR}.asc`), [200, 200]);
  assert.deepEqual(
    mirror.look(({ findings }) => findings.standing()),
    [],
  );
});
