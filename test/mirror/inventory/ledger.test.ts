import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { appendLedger, type LedgerLine, readLedger } from '../../../src/mirror/inventory/ledger.ts';
import { temporaryFolder } from '../../support/folder.ts';

const DIGEST: LedgerLine = { kind: 'known-digest', path: 'g/a/1.0/a-1.0.jar', sha256: 'ab'.repeat(32) };
const TAKEDOWN: LedgerLine = { kind: 'takedown', prefix: 'g/b', reason: 'a key', legal: true, at: 7, actor: 'ada' };
const LIFTED: LedgerLine = { kind: 'takedown-lifted', prefix: 'g/b', at: 8 };

const fileOf = (t: TestContext) => join(temporaryFolder(t), 'ledger.jsonl');

function read(file: string): { lines: LedgerLine[]; odd: number[] } {
  const odd: number[] = [];
  return { lines: [...readLedger(file, (bytes) => odd.push(bytes))], odd };
}

test('what is appended is read again in its order', (t) => {
  const file = fileOf(t);

  appendLedger(file, [DIGEST, TAKEDOWN]);
  appendLedger(file, []);
  appendLedger(file, [LIFTED]);

  assert.deepEqual(read(file), { lines: [DIGEST, TAKEDOWN, LIFTED], odd: [] });
});

test('a file that is not there has no lines', (t) => {
  assert.deepEqual(read(fileOf(t)), { lines: [], odd: [] });
});

test('a line that a power cut has torn is passed over, and does not take the next one with it', (t) => {
  const file = fileOf(t);
  appendLedger(file, [DIGEST]);
  appendFileSync(file, JSON.stringify(TAKEDOWN).slice(0, 20));

  const torn = read(file);
  appendLedger(file, [LIFTED]);

  assert.deepEqual(torn, { lines: [DIGEST], odd: [20] });
  assert.deepEqual(read(file), { lines: [DIGEST, LIFTED], odd: [20] });
});

test('what is not ours is passed over, however long', (t) => {
  const file = fileOf(t);
  const strange = ['[]', '7', '{"kind":"known-digest","path":"a","sha256":"short"}', '{"kind":"takedown","prefix":""}'];
  writeFileSync(file, `${strange.join('\n')}\n${'x'.repeat(3_000_000)}\n`);
  appendLedger(file, [DIGEST]);

  const { lines, odd } = read(file);

  assert.deepEqual(lines, [DIGEST]);
  assert.equal(odd.length, strange.length + 1);
});

test('lines on the seam of what is read at once stay whole', (t) => {
  const file = fileOf(t);
  const many = Array.from({ length: 20_000 }, (_, n): LedgerLine => ({ ...DIGEST, path: `g/a/1.0/a-${n}.jar` }));

  appendLedger(file, many);

  assert.ok(readFileSync(file).length > 2 * 1024 * 1024);
  assert.deepEqual(read(file).lines, many);
});
