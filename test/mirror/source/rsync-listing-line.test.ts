import assert from 'node:assert/strict';
import test from 'node:test';
import { parseListingLine } from '../../../src/mirror/source/rsync/listing-line.ts';

const TOKEN = '@5eed';

function parse(rest: string) {
  const line = parseListingLine(Buffer.from(`${TOKEN}${rest}`, 'latin1'), TOKEN.length);
  if (line === null) return null;
  return { ...line, name: line.name.toString('latin1'), target: line.target?.toString('latin1') ?? null };
}

test('a regular file has its size, its time in UTC and its name', () => {
  const line = parse('>f+++++++++ 300000 2026/11/21-04:16:05 g/a/1.0/a-1.0.jar//');

  assert.deepEqual(line, {
    type: 'file',
    size: 300000,
    mtime: Date.UTC(2026, 10, 21, 4, 16, 5),
    name: 'g/a/1.0/a-1.0.jar',
    target: null,
  });
});

test('a folder is named without its slash', () => {
  const line = parse('cd+++++++++ 4096 2026/11/21-04:16:05 g/a///');

  assert.equal(line?.type, 'folder');
  assert.equal(line?.name, 'g/a');
});

test('a link is parted from its target by the first empty segment, whatever arrows are in the name', () => {
  const line = parse('cL+++++++++ 8 2026/11/21-04:16:05 g/ln -> x// -> a -> b//c');

  assert.equal(line?.type, 'link');
  assert.equal(line?.name, 'g/ln -> x');
  assert.equal(line?.target, 'a -> b//c');
});

test('names may hold blanks', () => {
  assert.equal(parse('>f+++++++++ 1 2026/11/21-04:16:05 g/a b  c//')?.name, 'g/a b  c');
});

test('times before 1970 and years of five digits are times too', () => {
  assert.equal(parse('>f+++++++++ 1 1960/01/01-00:00:00 a//')?.mtime, Date.UTC(1960, 0, 1));
  assert.equal(parse('>f+++++++++ 1 12026/01/01-00:00:00 a//')?.mtime, Date.UTC(12026, 0, 1));
});

const MALFORMED = [
  '',
  '>f+++++++++',
  '>f+++++++++ 1',
  '>f+++++++++ 1 2026/11/21-04:16:05',
  '>f+++++++++ 1 2026/11/21-04:16:05 a',
  '>f+++++++++ 1 2026/11/21-04:16:05 //',
  '>f+++++++++ x 2026/11/21-04:16:05 a//',
  '>f+++++++++ -1 2026/11/21-04:16:05 a//',
  '>f+++++++++ 99999999999999999999 2026/11/21-04:16:05 a//',
  '>f+++++++++ 1 2026/xx/21-04:16:05 a//',
  '>f+++++++++ 1 yesterday a//',
] as const;

for (const rest of MALFORMED) {
  test(`a line that goes on with "${rest}" is not in the format`, () => {
    assert.equal(parse(rest), null);
  });
}
