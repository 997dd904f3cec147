import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openTeller } from '../../src/demo/teller.ts';

const CLEAR = '\r\u001b[K';

describe('the teller', () => {
  test('writes what stays to standard output, and to standard error when that is for the result alone', () => {
    const people = standIn(false);
    const programs = standIn(false);

    openTeller(people.io, false).say('a line');
    openTeller(programs.io, true).say('a line');

    assert.deepEqual([people.out(), people.err()], ['a line\n', '']);
    assert.deepEqual([programs.out(), programs.err()], ['', 'a line\n']);
  });

  test('shows progress on a terminal and takes it away before the next line', () => {
    const terminal = standIn(true);
    const teller = openTeller(terminal.io, false);

    teller.progress?.('fetching');
    teller.say('a line');

    assert.equal(terminal.err(), `${CLEAR}  fetching${CLEAR}`);
    assert.equal(terminal.out(), 'a line\n');
  });

  test('shows one of many lines of progress that come at once', () => {
    const terminal = standIn(true);
    using teller = openTeller(terminal.io, false);

    for (let done = 0; done < 1000; done += 1) teller.bar('files:', done, 1000);

    assert.ok(terminal.err().split(CLEAR).length < 100);
    assert.match(terminal.err(), /\[\.{30}\] files: 0 of 1,000/);
  });

  test('shows no progress where there is no terminal', () => {
    const pipe = standIn(false);
    const teller = openTeller(pipe.io, true);

    teller.bar('files:', 1, 2);

    assert.equal(teller.progress, null);
    assert.equal(pipe.err(), '');
  });
});

function standIn(isTerminal: boolean) {
  let out = '';
  let err = '';
  const io = {
    isTerminal,
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  return { io, out: () => out, err: () => err };
}
