import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { AskPage, BucketObject } from '../../../../src/mirror/source/s3/joined-pages.ts';
import { compareKeys, cutsBetween, isWithin, type KeyRange, rangeOf } from '../../../../src/mirror/source/s3/range.ts';
import { sweep } from '../../../../src/mirror/source/s3/sweep.ts';

const NEVER = new AbortController().signal;
const EVERYTHING: readonly KeyRange[] = [{ after: '', upTo: null }];

function object(key: string): BucketObject {
  return { key, size: 1, modifiedAt: 0, etag: '' };
}

/** A store with these keys; `fault` may spoil its pages. Each answer comes after those that were asked for before it. */
function store(
  keys: Iterable<string>,
  pageSize: number,
  fault: (page: BucketObject[], after: string) => BucketObject[] = (page) => page,
) {
  const held = new Set(keys);
  let asked = 0;
  let sorted = [...held].toSorted(compareKeys);
  const ask: AskPage = async (after, count) => {
    asked += 1;
    await Promise.resolve();
    if (sorted.length !== held.size) sorted = [...held].toSorted(compareKeys);
    const from = sorted.findIndex((key) => compareKeys(key, after) > 0);
    const behind = from === -1 ? [] : sorted.slice(from);
    const size = count ?? pageSize;
    const page = fault(behind.slice(0, size).map(object), after);
    return { kind: 'page', objects: page, isLast: behind.length <= size };
  };
  return { ask, held, asked: () => asked };
}

async function sweepOf(ask: AskPage, ranges = EVERYTHING, width = 4) {
  const told: string[] = [];
  const trouble = await sweep(
    ranges,
    {
      ask,
      name: 's3://b/',
      width,
      onObjects: (objects) => told.push(...objects.map(({ key }) => key)),
      mayGoOn: () => null,
    },
    NEVER,
  );
  return { told, trouble };
}

const someKey = fc.stringMatching(/^(org|com|net|clj-[a-z])\/[a-c]{1,3}\/[0-9a-z]{1,4}(\.jar)?$/);

test('every key is told once, whatever the keys, the size of a page and the number of those who list', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(someKey, { maxLength: 120 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 6 }),
      async (keys, pageSize, width) => {
        const { told, trouble } = await sweepOf(store(keys, pageSize).ask, EVERYTHING, width);

        assert.equal(trouble, null);
        assert.deepEqual(told.toSorted(compareKeys), keys.toSorted(compareKeys));
      },
    ),
    { numRuns: 300 },
  );
});

test('a range of one prefix is all that begins with it', async () => {
  const keys = ['g/a', 'g/a/', 'g/a/1', 'g/a/ü', 'g/a/\u{1f600}', 'g/a0', 'g/b'];

  const { told } = await sweepOf(store(keys, 2).ask, [rangeOf('g/a/')]);

  assert.deepEqual(told.toSorted(compareKeys), ['g/a/1', 'g/a/ü', 'g/a/\u{1f600}']);
});

test('keys that are deleted while they are listed are no fault, those at the end of a page neither', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(someKey, { minLength: 20, maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      async (keys, pageSize) => {
        const bucket = store(keys, pageSize);
        const deleted: string[] = [];
        const ask: AskPage = async (after, count, signal) => {
          const page = await bucket.ask(after, count, signal);
          const last = page.kind === 'page' ? page.objects.at(-1)?.key : undefined;
          if (count === null && last !== undefined && deleted.length < 10) {
            bucket.held.delete(last);
            deleted.push(last);
          }
          return page;
        };

        const { told, trouble } = await sweepOf(ask);

        assert.equal(trouble, null);
        for (const key of bucket.held) assert.equal(told.filter((each) => each === key).length, 1);
      },
    ),
    { numRuns: 200 },
  );
});

const MANY = Array.from({ length: 50 }, (_, index) => `org/a/${String(index).padStart(3, '0')}`);

test('a page that repeats what was told, or comes out of order, ends the sweep', async () => {
  const repeating = store(MANY, 10, (page, after) => (after === '' ? page : MANY.slice(0, 10).map(object)));
  const backwards = store(MANY, 10, (page) => page.toReversed());

  for (const { ask } of [repeating, backwards]) {
    const { trouble } = await sweepOf(ask);
    assert.equal(trouble?.trouble, 'protocol');
    assert.match(trouble?.sentence ?? '', /s3:\/\/b\/: the listing repeats keys or leaves some out/);
  }
});

test('a page that leaves out keys at its beginning ends the sweep', async () => {
  const skipping = store(MANY, 10, (page, after) => (after === '' || page.length < 10 ? page : page.slice(3)));

  const { trouble } = await sweepOf(skipping.ask);

  assert.equal(trouble?.trouble, 'protocol');
});

test('a page that is wrong once is asked for again', async () => {
  let spoilt = false;
  const hiccup = store(MANY, 10, (page, after) => {
    if (after === '' || spoilt) return page;
    spoilt = true;
    return page.slice(3);
  });

  const { told, trouble } = await sweepOf(hiccup.ask, EVERYTHING, 1);

  assert.equal(trouble, null);
  assert.deepEqual(told, MANY);
});

test('the first trouble ends all that runs beside it, and what an abort breaks off is thrown', async () => {
  const bucket = store(MANY, 2);
  const closing: AskPage = async (after, count, signal) =>
    bucket.asked() < 12
      ? await bucket.ask(after, count, signal)
      : { kind: 'trouble', trouble: 'refused', sentence: 'closed now' };

  assert.deepEqual((await sweepOf(closing)).trouble, { kind: 'trouble', trouble: 'refused', sentence: 'closed now' });

  const stopping = new AbortController();
  const asking: AskPage = async (after, count) => {
    if (bucket.asked() > 20) stopping.abort(new Error('enough'));
    stopping.signal.throwIfAborted();
    return await bucket.ask(after, count, stopping.signal);
  };
  await assert.rejects(
    sweep(
      EVERYTHING,
      { ask: asking, name: '', width: 4, onObjects: () => undefined, mayGoOn: () => null },
      stopping.signal,
    ),
    /enough/,
  );
});

test('a large bucket is listed by several at a time with few pages more than one alone would need', async () => {
  const keys = Array.from({ length: 12_000 }, (_, index) => `org/${'abcdefgh'[index % 8]}${index % 97}/${index}`);
  let pages = 0;
  let atOnce = 0;
  let most = 0;
  const bucket = store(keys, 40);
  const ask: AskPage = async (after, count, signal) => {
    atOnce += 1;
    if (count === null) pages += 1;
    most = Math.max(most, atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
    return await bucket.ask(after, count, signal);
  };

  const { told } = await sweepOf(ask, EVERYTHING, 4);

  assert.equal(new Set(told).size, 12_000);
  assert.equal(told.length, 12_000);
  assert.equal(most, 4);
  assert.ok(pages < 340, `${pages} pages for 300 pages of keys`);
});

test('cuts lie between the ends of a range, the widest first', () => {
  assert.deepEqual(cutsBetween('org/b', 'org/c'), ['org/bi']);
  assert.deepEqual(cutsBetween('', null), ['i']);
  assert.deepEqual(cutsBetween('org/babashka/x', 'p').slice(0, 4), ['ow', 'orq', 'orgi', 'org/o']);
  assert.deepEqual(cutsBetween('z', 'z'), []);
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (after, upTo) => {
      fc.pre(compareKeys(after, upTo) < 0);
      for (const cut of cutsBetween(after, upTo)) assert.ok(compareKeys(cut, after) > 0 && isWithin(cut, upTo));
    }),
  );
});
