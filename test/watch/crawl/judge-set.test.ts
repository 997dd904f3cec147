import assert from 'node:assert/strict';
import test from 'node:test';
import { DAY, HOUR } from '../../../src/host/clock.ts';
import { certificateVerdict, judge, judgeGroup, newVersions, sumIn } from '../../../src/watch/crawl/judge.ts';
import { body, expected, look, METADATA, metadata, NOW, sha256 } from './looks.ts';

const current = judge(look(expected(METADATA, 'new'), body('new')));
const late = judge(
  look(expected(METADATA, 'new', { former: [{ sha256: sha256('old'), until: NOW - HOUR }] }), body('old')),
);
const wrong = judge(look(expected(METADATA, 'new'), body('<html>')));

test('a set is torn when both are genuine and of different times', () => {
  const sets = [
    judgeGroup(current, late, false, false),
    judgeGroup(late, current, false, false),
    judgeGroup(late, late, false, false),
    judgeGroup(current, late, false, true),
    judgeGroup(late, late, true, false),
    judgeGroup(current, wrong, false, false),
    // As its origin has it: torn there, and told of there.
    judgeGroup(current, current, false, false),
  ];

  assert.deepEqual(
    sets.map((each) => each?.verdict ?? null),
    ['torn-group', 'torn-group', 'torn-group', 'lagging', null, null, null],
  );
});

test('a certificate is told of two weeks before its end, a short-lived one two days before', () => {
  const ends = (left: number, term: number) =>
    certificateVerdict({ validFrom: NOW + left - term, validTo: NOW + left }, NOW)?.verdict ?? null;

  assert.equal(ends(15 * DAY, 90 * DAY), null);
  assert.equal(ends(13 * DAY, 90 * DAY), 'certificate-expiring');
  assert.equal(ends(7 * DAY, 30 * DAY), null);
  assert.equal(ends(5 * DAY, 30 * DAY), 'certificate-expiring');
  assert.equal(ends(3 * DAY, 6 * DAY), null);
  assert.equal(ends(2 * DAY, 6 * DAY), 'certificate-expiring');
});

test('versions that only theirs names are found; what cannot be read names none', () => {
  const theirs = Buffer.from(metadata('20261121120000', '1.0', '1.1'));

  assert.deepEqual(newVersions(theirs, null), ['1.0', '1.1']);
  assert.deepEqual(newVersions(Buffer.from('no xml'), null), []);
});

test('a sum is read from any form of checksum file', () => {
  const sum = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

  assert.equal(sumIn(Buffer.from(`${sum.toUpperCase()} *a.jar`), 'g/a.jar.sha1'), sum);
  assert.equal(sumIn(Buffer.from(sum), 'g/a.jar.md5'), null);
  assert.equal(sumIn(null, 'g/a.jar.sha1'), null);
});
