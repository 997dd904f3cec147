import assert from 'node:assert/strict';
import test from 'node:test';
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
