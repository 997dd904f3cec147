import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import test from 'node:test';
import { HOUR } from '../../../src/host/clock.ts';
import type { ListedFile } from '../../../src/mirror/inventory/row.ts';
import { judgeMetadataSet, judgeUnit, type UnitFacts } from '../../../src/mirror/verify/gate.ts';
import { metadataFacts, NOW, OLD, POLICY, unitFacts } from './facts.ts';

const JAR = 'g/a/1.0/a-1.0.jar';
const METADATA = 'g/a/maven-metadata.xml';

/** The same with a listing that names digests. */
function promising<Facts extends UnitFacts>(facts: Facts, digests: Readonly<Record<string, string>>): Facts {
  const promised = Object.entries(digests).map(([path, bytes]) => {
    return [path, { path, size: 1, mtime: OLD, sha256: hash('sha256', bytes) }] as const;
  });
  return { ...facts, listed: new Map<string, ListedFile>([...facts.listed, ...promised]) };
}

test('a release with other bytes than the signed listing names is refused, whatever its sum says', () => {
  const staged = { [JAR]: 'evil', [`${JAR}.sha1`]: hash('sha1', 'evil') };
  const facts = promising(unitFacts('g/a/1.0', { staged }), { [JAR]: 'good' });

  const [jar, sum] = judgeUnit(facts, POLICY, NOW);

  assert.deepEqual(
    [jar?.kind, jar?.kind === 'rejected' ? [jar.verdict, jar.expected] : null],
    ['rejected', ['checksum-mismatch', hash('sha256', 'good')]],
  );
  assert.equal(sum?.kind, 'deferred');
});

test('a sum with other bytes than the signed listing names does not come in', () => {
  const staged = { [JAR]: 'good', [`${JAR}.sha1`]: hash('sha1', 'good') };
  const facts = promising(unitFacts('g/a/1.0', { staged }), { [JAR]: 'good', [`${JAR}.sha1`]: 'another' });

  assert.deepEqual(
    judgeUnit(facts, POLICY, NOW).map(({ kind }) => kind),
    ['accepted', 'deferred'],
  );
});

test('bytes that the signed listing names go the way of all others', () => {
  const staged = { [JAR]: 'good', [`${JAR}.sha1`]: hash('sha1', 'good') };
  const facts = promising(unitFacts('g/a/1.0', { staged }), { [JAR]: 'good', [`${JAR}.sha1`]: hash('sha1', 'good') });

  assert.ok(judgeUnit(facts, POLICY, NOW).every(({ kind }) => kind === 'accepted'));
});

test('metadata may have changed since it was listed; for an hour with the same bytes it has not', () => {
  const judged = (heldSince: number) => {
    const given = { staged: { [METADATA]: '<metadata/>' }, heldSince };
    return judgeMetadataSet(promising(metadataFacts(METADATA, given), { [METADATA]: 'older' }), POLICY, NOW)[0];
  };

  const [soon, late] = [judged(NOW), judged(NOW - HOUR)];

  assert.ok(soon?.kind === 'deferred' && soon.verdict === 'unconfirmed' && soon.contradicts === undefined);
  assert.ok(late?.kind === 'deferred' && late.contradicts === hash('sha256', 'older'));
});
