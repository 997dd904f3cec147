import { it } from 'node:test';
import fc from 'fast-check';
import { readRange } from '../../../src/mirror/serve/range.ts';

const SIZE = 20_000;
const spec = fc.oneof(
  fc
    .tuple(fc.nat(SIZE + 100), fc.nat(SIZE + 100))
    .map(([a, b]) => ({ text: `${Math.min(a, b)}-${Math.max(a, b)}`, first: Math.min(a, b), last: Math.max(a, b) })),
  fc.nat(SIZE + 100).map((first) => ({ text: `${first}-`, first, last: SIZE - 1 })),
  fc
    .integer({ min: 1, max: SIZE + 100 })
    .map((length) => ({ text: `-${length}`, first: Math.max(0, SIZE - length), last: SIZE - 1 })),
);

it('whatever ranges are asked for: each byte of them is in a part, no byte is in two, and nothing lies outside of the file', () => {
  fc.assert(
    fc.property(fc.array(spec, { minLength: 1, maxLength: 40 }), (specs) => {
      const read = readRange(`bytes=${specs.map(({ text }) => text).join(', ')}`, SIZE);
      const wanted = specs.filter(({ first }) => first < SIZE);

      if (wanted.length === 0) return read.kind === 'unsatisfiable';
      if (read.kind === 'whole') return wanted.length > 16;
      if (read.kind !== 'parts') return false;
      const parts = read.parts.toSorted((a, b) => a.first - b.first);
      const areApart = parts.every((part, n) => n === 0 || part.first > (parts[n - 1]?.last ?? 0));
      const areInside = parts.every(({ first, last }) => first >= 0 && first <= last && last < SIZE);
      const holdsAll = wanted.every(({ first, last }) =>
        parts.some((part) => part.first <= first && Math.min(last, SIZE - 1) <= part.last),
      );
      return areApart && areInside && holdsAll && parts.length <= 16;
    }),
  );
});
