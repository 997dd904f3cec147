import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import test from 'node:test';
import type { InventoryRow } from '../../../src/mirror/inventory/row.ts';
import { faultOf, spoilsAnswers } from '../../../src/mirror/scrub/fault.ts';
import type { Reread } from '../../../src/mirror/verify/digest.ts';

const PATH = 'g/a/maven-metadata.xml';
const GOOD = Buffer.from('<metadata/>');
const BAD = Buffer.from('<metadatA/>');

const ROW: InventoryRow = {
  path: PATH,
  kind: 'metadata',
  size: GOOD.length,
  originMtime: 1000,
  sha256: hash('sha256', GOOD, 'buffer'),
  sha1: hash('sha1', GOOD, 'buffer'),
  md5: null,
  sha512: null,
  upstreamSum: 'matched',
  firstSeen: 1000,
  lastVerified: 1000,
  generation: 1,
  absentSince: null,
};

const read = (bytes: Buffer): Reread => ({
  kind: 'read',
  path: PATH,
  size: bytes.length,
  sha256: hash('sha256', bytes),
  sha1: hash('sha1', bytes),
});

const CASES: readonly [string, InventoryRow, Reread, Buffer | null, string | null, boolean | null][] = [
  ['the published bytes', ROW, read(GOOD), GOOD, null, null],
  ['other bytes of the same size', ROW, read(BAD), null, 'damaged', true],
  ['other bytes in the tree, good ones in the database', ROW, read(BAD), GOOD, 'damaged', false],
  ['fewer bytes', ROW, read(GOOD.subarray(1)), null, 'damaged', true],
  ['nothing', ROW, { kind: 'missing', path: PATH }, null, 'missing', true],
  ['a disk that does not answer', ROW, { kind: 'unreadable', path: PATH, code: 'EIO' }, null, 'damaged', true],
  ['a row whose SHA-1 is wrong', { ...ROW, sha1: Buffer.alloc(20) }, read(GOOD), null, 'record-damaged', true],
  ['a copy in the database that is wrong', ROW, read(GOOD), BAD, 'record-damaged', true],
];

for (const [what, row, seen, body, verdict, isSpoilt] of CASES) {
  test(`${what}: ${verdict ?? 'no fault'}`, () => {
    const fault = faultOf(row, seen, body);

    assert.equal(fault?.verdict ?? null, verdict);
    assert.equal(fault === null ? null : spoilsAnswers(fault, row, body), isSpoilt);
  });
}
