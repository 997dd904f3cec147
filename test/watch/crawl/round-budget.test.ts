import assert from 'node:assert/strict';
import test from 'node:test';
import { DAY } from '../../../src/host/clock.ts';
import { brief, crawl, faulty, host, JAR, lay, MIB } from './laid-round.ts';

test('a visit stops at its budget, and the next one goes on where it stopped', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published);
  const small = host('alpha', alpha.url, {
    budget: { connections: 1, requestsPerDay: 20, bytesPerDay: MIB },
  });
  const today = async () => {
    const before = alpha.asked.length;
    const { mirrors } = await crawl(laid, [small]);
    return { end: mirrors[0]?.end, asked: alpha.asked.length - before };
  };

  const first = await today();
  const second = await today();

  assert.equal(first.end, 'budget');
  assert.ok(first.asked >= 20 && first.asked < 30, String(first.asked));
  assert.ok(second.asked <= 3, String(second.asked));
});

test('a slow drip is given up and is no answer', async (t) => {
  const laid = lay(t, undefined, { deadlines: { minBytesPerSecond: 1000, rateWindowMs: 200 } });
  const alpha = await faulty(t, laid.published, { [JAR]: { kind: 'drip', everyMs: 20 } });

  await crawl(laid, [host('alpha', alpha.url)]);

  assert.deepEqual(brief(laid.found), [`unreachable alpha ${JAR}`]);
});

test('a mirror that drips all of its bodies is left after a few, and told of', async (t) => {
  const laid = lay(t, undefined, { deadlines: { minBytesPerSecond: 1000, rateWindowMs: 100 } });
  const alpha = await faulty(t, laid.published, { 'org/': { kind: 'drip', everyMs: 20 } });

  const { mirrors } = await crawl(laid, [host('alpha', alpha.url)]);

  const paths = new Set(alpha.asked.filter((line) => / org\//.test(line)));
  assert.ok(paths.size < laid.tree.size / 2, String(paths.size));
  assert.ok(laid.found.length >= 5);
  assert.deepEqual([...new Set(laid.found.map(({ verdict }) => verdict))], ['unreachable']);
  assert.deepEqual(laid.found[0]?.evidence?.failure, 'timeout');
  assert.equal(mirrors[0]?.end, 'budget');
});

test('a visit ends with its time, and others do not wait for it', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published);

  const budget = { connections: 2, requestsPerDay: 1e13, bytesPerDay: 1e17 };

  // A round each millisecond: the next one is due before the first answer comes.
  const { mirrors } = await crawl(laid, [host('alpha', alpha.url, { budget })], { roundsPerDay: DAY });

  assert.deepEqual([mirrors[0]?.end, laid.found], ['budget', []]);
  assert.ok((mirrors[0]?.verdicts.ok ?? 0) < laid.tree.size);
});

test('only what is asked for is asked for: a prefix, a sample, one mirror', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published);
  const hosts = [host('alpha', alpha.url)];

  await crawl(laid, hosts, { prefix: 'org/example/other/' });
  const below = alpha.asked.splice(0).filter((line) => !/ (-|\.meta|\.well-known)/.test(line));
  await crawl(laid, hosts, { sample: 1 });
  const drawn = alpha.asked.splice(0).filter((line) => / org\//.test(line));

  assert.ok(below.length >= 10 && below.every((line) => line.includes(' org/example/other/')), below.join('\n'));
  assert.ok(drawn.length > 0 && drawn.length <= 5, drawn.join('\n'));
});

test('a mirror without some folders, by its own word, lacks nothing', async (t) => {
  const laid = lay(t);
  const alpha = await faulty(t, laid.published, { 'org/example/other/': { kind: 'status', status: 404 } });
  const wants = (path: string) => !path.startsWith('org/example/other/');

  await crawl(laid, [host('alpha', alpha.url, { wants })]);

  assert.deepEqual(laid.found, []);
});
