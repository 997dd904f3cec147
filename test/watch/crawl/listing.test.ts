import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { DAY } from '../../../src/host/clock.ts';
import { makePage } from '../../../src/mirror/inventory/page.ts';
import { makeKey } from '../../../src/operator/key.ts';
import { layInventory, pendingRow } from '../../mirror/inventory/laid.ts';
import { brief, crawl, faulty, host, JAR, lay } from './laid-round.ts';

/** What a mirror says that it has, signed by its own key. */
function signedInventory(t: TestContext, tree: Iterable<[string, string]>) {
  const theirs = layInventory(t);
  theirs.admit([...tree].map(([path, bytes]) => pendingRow(path, bytes, { originMtime: Date.now() - 2 * DAY })));
  const key = makeKey(join(theirs.folder, 'key.pem'));
  const request = { name: 'alpha.example.org', after: null, path: null, prefix: null, count: 2000, now: Date.now() };
  const page = makePage(theirs.inventory, request, key);
  return { bytes: page.kind === 'page' ? page.body : Buffer.alloc(0), publicKey: key.publicKey };
}

test('all claims of an installation are compared at the price of one request', async (t) => {
  const laid = lay(t);
  const { bytes, publicKey } = signedInventory(t, laid.tree);
  const alpha = await faulty(t, laid.published, { '-/inventory': { kind: 'bytes', bytes } });

  const summary = await crawl(laid, [host('alpha', alpha.url, { publicKeys: [publicKey] })]);

  assert.equal(summary.mirrors[0]?.listed, laid.tree.size);
  assert.deepEqual(laid.found, []);
});

test('a body that contradicts the mirror’s own signed inventory convicts it', async (t) => {
  const laid = lay(t);
  const { bytes, publicKey } = signedInventory(t, laid.tree);
  const alpha = await faulty(t, laid.published, {
    '-/inventory': { kind: 'bytes', bytes },
    [JAR]: { kind: 'altered' },
  });

  await crawl(laid, [host('alpha', alpha.url, { publicKeys: [publicKey] })]);

  assert.deepEqual(brief(laid.found), [`divergent alpha ${JAR}`]);
  assert.match(laid.found[0]?.why ?? '', /own signed inventory says .* convicts it/);
});

test('what the inventory of a mirror says otherwise is asked for first, and what it alone has is extra', async (t) => {
  const laid = lay(t);
  const stranger = 'org/example/other/2.0/other-2.0-evil.jar';
  const { bytes, publicKey } = signedInventory(t, [...laid.tree, [JAR, 'another'], [stranger, 'evil']]);
  const alpha = await faulty(t, laid.published, {
    '-/inventory': { kind: 'bytes', bytes },
    [stranger]: { kind: 'bytes', bytes: 'evil' },
  });
  const budget = { connections: 1, requestsPerDay: 16, bytesPerDay: 100_000_000 };

  await crawl(laid, [host('alpha', alpha.url, { publicKeys: [publicKey], budget })]);

  const first = alpha.asked.filter((line) => / org\//.test(line)).slice(0, 5);
  assert.ok(first.includes(`GET ${JAR}`), first.join('\n'));
  assert.deepEqual(brief(laid.found), [`extra alpha ${stranger}`]);
});

test('a page that its key did not sign is not believed, and compares nothing', async (t) => {
  const laid = lay(t);
  const { bytes } = signedInventory(t, laid.tree);
  const { publicKey: other } = signedInventory(t, []);
  const alpha = await faulty(t, laid.published, { '-/inventory': { kind: 'bytes', bytes } });

  const summary = await crawl(laid, [host('alpha', alpha.url, { publicKeys: [other] })]);

  assert.equal(summary.mirrors[0]?.listed, 0);
  assert.deepEqual(laid.found, []);
});

test('a bucket is compared by its listing: sizes and MD5', async (t) => {
  const laid = lay(t);
  const entries = [...laid.tree].map(([key, bytes]) => {
    const size = key === JAR ? 1 : Buffer.byteLength(bytes);
    return `<Contents><Key>${key}</Key><LastModified>2026-11-01T00:00:00.000Z</LastModified><ETag>"${hash('md5', bytes)}"</ETag><Size>${size}</Size></Contents>`;
  });
  const bytes = `<ListBucketResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListBucketResult>`;
  const alpha = await faulty(t, laid.published, { '/': { kind: 'bytes', bytes } });

  const summary = await crawl(laid, [host('alpha', alpha.url)]);

  assert.equal(summary.mirrors[0]?.listed, laid.tree.size);
  const first = alpha.asked.filter((line) => / org\//.test(line)).slice(0, 4);
  assert.ok(first.includes(`GET ${JAR}`), first.join('\n'));
  assert.deepEqual(laid.found, []);
});
