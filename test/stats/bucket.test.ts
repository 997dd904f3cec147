import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../src/host/clock.ts';
import { openObjectStore } from '../../src/host/object-store.ts';
import type { LogSource } from '../../src/stats/ingest.ts';
import { objectStoreOfFile } from '../support/object-store.ts';
import { jar, line, openCounting } from './logs.ts';

const store = objectStoreOfFile();
const NEVER = new AbortController().signal;
const PUT = { contentType: 'text/plain', cacheControl: 'no-store', metadata: {} };

test('each object of a log bucket is counted once, packed or not, and a damaged one does not stop the rest', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const bucket = await s3.bucket();
  const objects = await s3.open(t, bucket);
  const put = async (key: string, bytes: Buffer) =>
    assert.equal((await objects.put(key, bytes, PUT, NEVER)).kind, 'put');
  const counting = openCounting(t);
  const log: LogSource = {
    ...counting.log,
    place: { kind: 'bucket', open: () => openObjectStore(s3.options(bucket), systemClock), prefix: 'logs/' },
  };
  await put('logs/a.log', Buffer.from(line(jar('1.0')).repeat(2).trimEnd()));
  await put('logs/b.log.gz', gzipSync(line(jar('2.0'))));
  await put('logs/c.log.gz', gzipSync(line(jar('3.0'))).subarray(0, 30));
  await put('other/d.log', Buffer.from(line(jar('9.0'))));

  const [first] = await counting.ingest({ logs: [log] });
  await put('logs/e.log', Buffer.from(line(jar('1.0'))));
  const [second] = await counting.ingest({ logs: [log] });
  const [third] = await counting.ingest({ logs: [log] });

  assert.equal(counting.day(), '1.0:3 2.0:1');
  assert.deepEqual([first?.files, first?.rejected, first?.error], [3, 1, null]);
  assert.deepEqual([second?.files, third?.files], [1, 0]);
});

test('a bucket that is not there is told, and costs no counts', async (t) => {
  const s3 = await store(t);
  if (s3 === null) return;
  const counting = openCounting(t);
  const open = () => openObjectStore(s3.options('no-such-bucket'), systemClock);

  const [outcome] = await counting.ingest({ logs: [{ ...counting.log, place: { kind: 'bucket', open, prefix: '' } }] });

  assert.equal(outcome?.error?.code, 'stats-log-unreadable');
  assert.match(outcome?.error?.message ?? '', /no-such-bucket/);
});
