import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { readName, unescapeName } from '../../../src/mirror/source/rsync/names.ts';

const CASES = [
  ['an ordinary name', 'g/a/1.0/a-1.0.jar', 'g/a/1.0/a-1.0.jar', 'g/a/1.0/a-1.0.jar'],
  ['a newline', 'a\\#012b', 'a\nb', 'a\\#012b'],
  ['a literal that looks like an escape', 'a\\#134#012b', 'a\\#012b', 'a\\#134#012b'],
  ['a lone backslash', 'a\\b', 'a\\b', 'a\\b'],
  ['an octal beyond a byte', 'a\\#400', 'a\\#400', 'a\\#400'],
  ['UTF-8 as it is', 'ü', 'ü', 'ü'],
  ['UTF-8 escaped', '\\#303\\#274', 'ü', '\\#303\\#274'],
] as const;

for (const [what, spelled, text, spelling] of CASES) {
  test(`rsync's spelling of ${what} is read`, () => {
    const name = readName(Buffer.from(spelled));

    assert.deepEqual(name, { text, spelling });
  });
}

test('bytes that are not UTF-8 are no text, and are spelled as rsync would', () => {
  const raw = readName(Buffer.from('a\xff\xfeb', 'latin1'));
  const escaped = readName(Buffer.from('a\\#377b'));

  assert.deepEqual(raw, { text: null, spelling: 'a\\#377\\#376b' });
  assert.deepEqual(escaped, { text: null, spelling: 'a\\#377b' });
});

test('whatever bytes a name has, what rsync makes of them is read back', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });

  fc.assert(
    fc.property(bytes, (name) => {
      const latin1 = Buffer.from(name).toString('latin1');
      assert.equal(unescapeName(asRsyncSpells(latin1)), latin1);
    }),
  );
});

// rsync's log.c, filtered_fwrite: control characters, and a backslash before what looks like an escape.
function asRsyncSpells(latin1: string): string {
  return latin1.replace(/\p{Cc}|\\(?=#\d{3})/gu, (letter) => {
    return `\\#${letter.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
}
