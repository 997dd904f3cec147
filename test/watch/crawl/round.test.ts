import assert from 'node:assert/strict';
import test from 'node:test';
import type { Fault } from '../../../src/demo/fault-mirror.ts';
import { HOUR } from '../../../src/host/clock.ts';
import { brief, crawl, faulty, host, JAR, lay, METADATA, metadataOf } from './laid-round.ts';

test('a true mirror is found true, path by path, and becomes good with its first rotation', async (t) => {
  const laid = lay(t);
  const mirror = await faulty(t, laid.published);

  const summary = await crawl(laid, [host('alpha', mirror.url)]);

  const [alpha] = summary.mirrors;
  assert.deepEqual(laid.found, []);
  assert.equal(alpha?.end, 'complete');
  assert.equal(alpha?.verdicts.ok, laid.tree.size);
  assert.equal(alpha?.health.state, 'good');
  assert.equal(alpha?.proofs, laid.tree.size);
  assert.equal(alpha?.behindMs, 0);
});

const FAULTS: readonly (readonly [what: string, path: string, fault: Fault, verdict: string])[] = [
  ['one byte is another', JAR, { kind: 'altered' }, 'divergent'],
  ['one byte is another beside genuine claims', JAR, { kind: 'altered-beside-claims' }, 'divergent'],
  ['a file is cut', JAR, { kind: 'cut', after: 100 }, 'truncated'],
  ['a file is shorter', JAR, { kind: 'shorter', by: 100 }, 'truncated'],
  ['a file is longer', JAR, { kind: 'padded', by: 100 }, 'oversize'],
  ['a page comes instead', JAR, { kind: 'page' }, 'impostor-page'],
  ['a file is not there', JAR, { kind: 'status', status: 404 }, 'missing'],
  ['a header is wrong', JAR, { kind: 'wrong-sum-header' }, 'header-wrong'],
  ['a sum is wrong', `${JAR}.sha1`, { kind: 'bytes', bytes: 'f'.repeat(40) }, 'sidecar-wrong'],
  ['a signature is stripped', `${JAR}.asc`, { kind: 'status', status: 404 }, 'signature-stripped'],
  ['a signature is another', `${JAR}.asc`, { kind: 'altered' }, 'signature-changed'],
  ['one path is broken', JAR, { kind: 'status', status: 500 }, 'unreachable'],
  ['one path hangs up', JAR, { kind: 'hang-up' }, 'unreachable'],
  ['a redirect leads into this machine', JAR, { kind: 'redirect', to: 'http://127.0.0.1:1/x' }, 'unreachable'],
];

for (const [what, path, fault, verdict] of FAULTS) {
  test(`${what}: ${verdict}, and nothing else`, async (t) => {
    const laid = lay(t);
    const mirror = await faulty(t, laid.published, { [path]: fault });

    const summary = await crawl(laid, [host('alpha', mirror.url)]);

    assert.deepEqual(brief(laid.found), [`${verdict} alpha ${path}`]);
    assert.equal(laid.found[0]?.blame, 'mirror');
    assert.equal(summary.mirrors[0]?.verdicts[verdict], 1);
  });
}

test('a version whose files are gone while metadata names it is index-ahead', async (t) => {
  const laid = lay(t);
  const mirror = await faulty(t, laid.published, { 'org/example/tool/1.1/': { kind: 'status', status: 404 } });

  await crawl(laid, [host('alpha', mirror.url)]);

  assert.equal(laid.found.length, 7);
  assert.ok(
    laid.found.every(({ verdict }) => verdict === 'index-ahead'),
    brief(laid.found).join(),
  );
});

test('old metadata beside new sums is torn', async (t) => {
  const laid = lay(t);
  const old = metadataOf('tool', '20261110100000', '1.0');
  laid.publish([[METADATA, old]], Date.now() - 10 * HOUR, 2);
  laid.publish([[METADATA, laid.tree.get(METADATA) ?? '']], Date.now() - 9 * HOUR, 3);
  const mirror = await faulty(t, laid.published, { [METADATA]: { kind: 'bytes', bytes: old } });

  await crawl(laid, [host('alpha', mirror.url)]);

  assert.deepEqual(brief(laid.found), [`torn-group alpha ${METADATA}.md5`, `torn-group alpha ${METADATA}.sha1`]);
});
