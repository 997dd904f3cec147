import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type InventoryRead, readPaths, readWhole } from '../../../src/client/check/inventory.ts';
import { systemClock } from '../../../src/host/clock.ts';
import { openHttp } from '../../../src/host/http.ts';
import { type InstallationKey, loadOrMakeKey } from '../../../src/operator/key.ts';
import { temporaryFolder } from '../../support/folder.ts';

const LINEAGE = '4d2f6b0e-7a53-4a6b-9d39-0c8f6f0e7a11';
const PATHS = ['org/example/a/1/a-1.jar', 'org/example/b/1/b-1.jar', 'org/example/c/1/c-1.jar'];
const DIGEST = 'ab'.repeat(32);

test('pages are read from the first to the last, and all of one key', async (t) => {
  const key = keyOf(t);
  const asked: string[] = [];
  const url = await inventory(t, (after, answer) => {
    asked.push(after ?? 'first');
    const at = after === null ? 0 : Number(after);
    answer.end(page(key, { rows: [PATHS[at] ?? ''], next: at === 2 ? null : String(at + 1) }));
  });

  const { read, rows } = await readAll(url, [key.publicKey]);

  assert.deepEqual(asked, ['first', '1', '2']);
  assert.deepEqual(
    rows,
    PATHS.map((path) => [path, DIGEST]),
  );
  assert.deepEqual(read, {
    kind: 'read',
    ...{ name: 'mirror.example.org', lineage: LINEAGE, generation: 7, rows: 3, publicKey: key.publicKey },
  });
});

test('whatever is wrong with a page, nothing of that inventory counts', async (t) => {
  const [key, other] = [keyOf(t), keyOf(t)];
  const cases: [RegExp, (after: string | null, answer: ServerResponse) => void][] = [
    [/do not go on/, (_after, answer) => answer.end(page(key, { rows: [PATHS[0] ?? ''], next: 'again' }))],
    [/do not go on/, (_after, answer) => answer.end(page(key, { rows: [], next: 'more' }))],
    [
      /replaced while/,
      (after, answer) => {
        const lineage = after === null ? LINEAGE : LINEAGE.replace('4d2f', '5e3a');
        answer.end(page(key, { rows: PATHS, next: after === null ? 'x' : null, lineage }));
      },
    ],
    [
      /not signed with a key/,
      (after, answer) =>
        answer.end(page(after === null ? key : other, { rows: PATHS, next: after === null ? 'x' : null })),
    ],
    [
      /signature does not verify/,
      (_after, answer) => answer.end(page(key, { rows: PATHS }).replace('"files":3', '"files":4')),
    ],
    [/no row/, (_after, answer) => answer.end(page(key, { rows: ['../../evil.jar'] }))],
    [/not that of an inventory/, (_after, answer) => answer.end('<!doctype html>\n')],
    [/no assay answers/, (_after, answer) => answer.writeHead(404).end()],
    [/answered 451/, (_after, answer) => answer.writeHead(451).end()],
    [/cut/, (_after, answer) => answer.writeHead(200, { 'content-length': '9999' }).end('{', () => answer.destroy())],
  ];

  for (const [why, answer] of cases) {
    const { read } = await readAll(await inventory(t, answer), []);

    assert.match(read.kind === 'unread' ? read.why : read.kind, why);
  }
});

test('asked by path it is one request for each, and only what was asked for counts', async (t) => {
  const key = keyOf(t);
  const url = await inventory(t, (_after, answer, path) => {
    answer.end(page(key, { rows: path === PATHS[0] ? [PATHS[0] ?? '', PATHS[1] ?? ''] : [] }));
  });
  const rows: [string, string | null][] = [];

  const read = await withHttp((http) =>
    readPaths(
      { url, keys: [key.publicKey], ca: null },
      [PATHS[0] ?? '', PATHS[2] ?? ''],
      (path, sha256) => rows.push([path, sha256]),
      { http, onRows: () => {} },
      new AbortController().signal,
    ),
  );

  assert.equal(read.kind, 'read');
  assert.deepEqual(rows, [[PATHS[0], DIGEST]]);
});

async function readAll(
  url: string,
  keys: readonly string[],
): Promise<{ read: InventoryRead; rows: [string, string | null][] }> {
  const rows: [string, string | null][] = [];
  const read = await withHttp((http) =>
    readWhole(
      { url, keys, ca: null },
      (path, sha256) => rows.push([path, sha256]),
      { http, onRows: () => {} },
      new AbortController().signal,
    ),
  );
  return { read, rows };
}

/** Waiting between retries takes no time. */
async function withHttp<T>(work: (http: ReturnType<typeof openHttp>) => Promise<T>): Promise<T> {
  const clock = { now: () => systemClock.now(), sleep: async () => {} };
  await using http = openHttp({ userAgent: 'test', clock, chance: () => 0 });
  return await work(http);
}

async function inventory(
  t: TestContext,
  answerPage: (after: string | null, answer: ServerResponse, path: string | null) => void,
): Promise<string> {
  const server = createServer((message, answer) => {
    const { searchParams } = new URL(message.url ?? '', 'http://localhost');
    answerPage(searchParams.get('after'), answer, searchParams.get('path'));
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  t.after(() => {
    server.closeAllConnections();
    return new Promise((done) => {
      server.close(done);
    });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function page(
  key: InstallationKey,
  { rows, next = null, lineage = LINEAGE }: { rows: readonly string[]; next?: string | null; lineage?: string },
): string {
  const at = '2026-11-21T01:30:00.000Z';
  const head = {
    assay_inventory: 1,
    ...{ name: 'mirror.example.org', lineage, generation: 7, is_open: false, files: 3, bytes: 9, made_at: at },
    ...{ rows: rows.length, next, cursor: next },
  };
  const lines = rows.map((path) => ({
    path,
    ...{ kind: 'artifact', size: 3, sha256: DIGEST, sha1: 'cd'.repeat(20), origin_mtime: at, upstream_sum: 'matched' },
    ...{ first_seen: at, last_verified: at, generation: 7, absent_since: null },
  }));
  const text = `${[head, ...lines].map((line) => JSON.stringify(line)).join('\n')}\n`;
  const value = key.sign(Buffer.from(text)).toString('base64');
  const signature = { algorithm: 'ed25519', key_id: key.id, public_key: key.publicKey, value };
  return `${text}${JSON.stringify({ signature })}\n`;
}

function keyOf(t: TestContext): InstallationKey {
  return loadOrMakeKey(join(temporaryFolder(t), 'key'));
}
