import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { insertPieces, placeAtEnd, strip } from '../../../src/client/edit/marked.ts';

const STYLE = { open: ';; ', close: '' };

test('whatever the file and the places, what was put in comes out to the byte', () => {
  const lines = fc.array(
    fc.string({ unit: 'binary-ascii', maxLength: 12 }).map((line) => line.replaceAll(/[\r\n]/g, ' ')),
  );
  const file = fc.tuple(lines, fc.constantFrom('\n', '\r\n')).map(([all, end]) => all.join(end));
  const places = fc.uniqueArray(fc.nat(), { maxLength: 3 });

  fc.assert(
    fc.property(file, places, fc.nat(9), (text, offsets, blanks) => {
      const within = [...new Set(offsets.map((offset) => offset % (text.length + 1)))];
      const pieces = within
        .filter((offset) => text[offset - 1] !== '\r')
        .map((offset) => ({ offset, indent: ' '.repeat(blanks), lines: ['(one', ' two)'] }));

      const whole = strip(insertPieces(text, pieces, STYLE, false), STYLE);

      assert.deepEqual(whole, { text, wasMade: false, pieces: pieces.length });
    }),
    { seed: 20_261_121, numRuns: 2000 },
  );
});

test('what stood behind the place keeps its column', () => {
  const text = '{:user {:plugins [[a "1"]]}}\n';

  const whole = insertPieces(text, [{ offset: 8, indent: '        ', lines: [':mirrors {}'] }], STYLE, false);

  assert.equal(
    whole,
    `{:user {
        ;; assay begin
        :mirrors {}
        ;; assay end, what follows goes on as before:
        :plugins [[a "1"]]}}
`,
  );
});

test('a piece whose end somebody took away is left alone', () => {
  const whole = insertPieces('a=1\n', [{ offset: 3, indent: '', lines: ['b=2'] }], STYLE, false);

  assert.equal(strip(whole.replace(';; assay end\n', ''), STYLE), null);
  assert.equal(strip(whole.replace(';; assay begin\n', ''), STYLE), null);
  assert.equal(strip(`${whole}${whole.replace('a=1', '')}`, STYLE)?.pieces, 2);
});

test('lines go below the last one, with and without a line end there', () => {
  for (const text of ['', 'a=1', 'a=1\n', 'a=1\r\nb=2\r\n']) {
    const placed = placeAtEnd(text, ['c=3']);
    assert.equal(placed.kind, 'placed');

    const whole = insertPieces(text, placed.kind === 'placed' ? placed.pieces : [], { open: '# ', close: '' }, false);

    assert.match(whole, /(^|\n)# assay begin\r?\nc=3\r?\n# assay end\r?\n?$/);
    assert.equal(strip(whole, { open: '# ', close: '' })?.text, text);
  }
});
