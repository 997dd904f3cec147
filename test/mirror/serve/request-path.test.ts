import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { readTarget } from '../../../src/mirror/serve/request-path.ts';

const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !/[/\\\p{Cc}]/u.test(text) && text !== '.' && text !== '..' && text.isWellFormed());

it('every path comes back from its percent-encoded form', () => {
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), fc.string(), (segments, query) => {
      const target = `/${segments.map(encodeURIComponent).join('/')}?${encodeURIComponent(query)}`;

      assert.deepEqual(readTarget(target), { kind: 'path', path: segments.join('/') });
    }),
  );
});

it('no target whatever gives a path that climbs, or has a control character or a slash that was encoded', () => {
  const piece = fc.oneof(
    fc.constantFrom('/', '.', '..', '%2e', '%2F', '%5c', '%00', '%', '?', 'a', '%C0%AE'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const target = `/${pieces.join('')}`;

      const read = readTarget(target);

      if (read.kind !== 'path') return;
      const segments = read.path.split('/');
      assert.ok(!segments.includes('..') && !segments.includes('.'));
      assert.doesNotMatch(read.path, /\p{Cc}/u);
      assert.equal(segments.length, target.split('?')[0]?.slice(1).split('/').length);
    }),
    { numRuns: 2000 },
  );
});
