import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { locate } from '../../../src/maven/layout.ts';
import type { Difference } from '../../../src/mirror/inventory/store.ts';
import type { Held } from '../../../src/mirror/pass/held.ts';
import {
  type Leaving,
  type PlannedUnit,
  type PlanQuestions,
  planUnits,
  slices,
} from '../../../src/mirror/pass/plan.ts';
import { repositoryPath } from '../../maven/paths.ts';
import { NOW, OLD } from '../verify/facts.ts';

const POM = 'g/a/1.0/a-1.0.pom';
const JAR = 'g/a/1.0/a-1.0.jar';
const SUM = 'g/a/1.0/a-1.0.jar.sha1';

const differing = (path: string, size = 1): Difference => ({ path, size, mtime: OLD, isPublished: false });

function hold(path: string, more: Partial<Held> = {}): Held {
  const place = { path, unit: locate(path).unit, size: 1, mtime: OLD, sha256: 'aa', since: OLD };
  return { ...place, kind: 'rejected', verdict: 'checksum-mismatch', why: 'why', retryAt: NOW + 1, ...more };
}

interface Given {
  readonly held?: readonly Held[];
  readonly unwanted?: readonly string[];
  readonly takenDown?: readonly string[];
}

function planned(differences: readonly Difference[], given: Given = {}): { units: PlannedUnit[]; left: string[] } {
  const left: string[] = [];
  const ask: PlanQuestions = {
    wants: (path) => !(given.unwanted ?? []).includes(path),
    isTakenDown: (path) => (given.takenDown ?? []).includes(path),
    held: (path) => given.held?.find((each) => each.path === path) ?? null,
    maxFileBytes: 100,
    now: NOW,
  };
  const onLeft = (file: Difference, why: Leaving) => left.push(`${file.path} ${why}`);
  return { units: [...planUnits(differences, ask, onLeft)], left };
}

const inShort = (units: readonly PlannedUnit[]) =>
  units.map((unit) => [unit.unit, unit.items.map((item) => item.path), unit.remembered.map((each) => each.path)]);

test('differences are gathered into what is published together', () => {
  const { units } = planned(
    ['feed', 'feed.md5', JAR, SUM, POM, 'g/a/maven-metadata.xml'].map((path) => differing(path)),
  );

  assert.deepEqual(inShort(units), [
    ['feed', ['feed', 'feed.md5'], []],
    ['g/a/1.0', [JAR, SUM, POM], []],
    ['g/a/maven-metadata.xml', ['g/a/maven-metadata.xml'], []],
  ]);
  assert.deepEqual(
    units.map((unit) => [unit.unitKind, unit.isWhole]),
    [
      ['loose', true],
      ['version', true],
      ['metadata', true],
    ],
  );
});

test('names of strangers that sort between the files of a unit do not cut it in two', () => {
  const set = 'g/a/maven-metadata.xml';
  const names = [set, `${set}-old.md5`, `${set}-old/x`, `${set}.sha1`];

  const { units } = planned(names.map((path) => differing(path)));

  assert.deepEqual(units.map((unit) => unit.items.map((item) => item.path).join(' ')).sort(), [
    `${set} ${set}.sha1`,
    `${set}-old.md5`,
    `${set}-old/x`,
  ]);
});

test('what is filtered, taken down or too large is left, each with its reason', () => {
  const { units, left } = planned([differing(JAR, 101), differing(SUM), differing(POM), differing('g/x')], {
    unwanted: [POM],
    takenDown: ['g/x'],
  });

  assert.deepEqual(left, [`${JAR} too-large`, `${POM} filtered`, 'g/x taken-down']);
  assert.deepEqual(inShort(units), [['g/a/1.0', [SUM], [JAR]]]);
  assert.deepEqual(units[0]?.remembered, [{ path: JAR, kind: 'rejected', verdict: 'too-large' }]);
  assert.equal(units[0]?.isWhole, false);
});

test('what was refused and has not changed is not fetched again before its time', () => {
  const refused = [hold(JAR), hold(SUM), hold(POM)];

  assert.deepEqual(planned([differing(JAR), differing(SUM), differing(POM)], { held: refused }).units, []);
});

test('what was refused is fetched again when its time has come', () => {
  const { units } = planned([differing(JAR)], { held: [hold(JAR, { retryAt: NOW })] });

  assert.deepEqual(inShort(units), [['g/a/1.0', [JAR], []]]);
});

test('what was refused is fetched again when the origin changed its size or its time', () => {
  assert.equal(planned([differing(JAR, 2)], { held: [hold(JAR)] }).units.length, 1);
  assert.equal(planned([{ ...differing(JAR), mtime: OLD + 1000 }], { held: [hold(JAR)] }).units.length, 1);
});

test('a new sum brings the refused file that it is for, and leaves the other refused one alone', () => {
  const { units } = planned([differing(JAR), differing(SUM), differing(POM)], { held: [hold(JAR), hold(POM)] });

  assert.deepEqual(inShort(units), [['g/a/1.0', [JAR, SUM], [POM]]]);
});

test('what was deferred comes with whatever of its unit comes, and not by itself before its time', () => {
  const deferred = hold(POM, { kind: 'deferred', verdict: 'incomplete-version' });

  assert.deepEqual(planned([differing(POM)], { held: [deferred] }).units, []);
  assert.deepEqual(inShort(planned([differing(JAR), differing(POM)], { held: [deferred] }).units), [
    ['g/a/1.0', [JAR, POM], []],
  ]);
});

test('a file that was refused unseen for its size is fetched when that size is allowed', () => {
  const held = [hold(JAR, { verdict: 'too-large', sha256: null, retryAt: Number.MAX_SAFE_INTEGER })];

  assert.equal(planned([differing(JAR)], { held }).units.length, 1);
});

test('each difference is in one unit, or left, or remembered, and each unit comes once', () => {
  fc.assert(
    fc.property(fc.uniqueArray(repositoryPath, { maxLength: 30 }), (paths) => {
      const sorted = [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

      const { units } = planned(sorted.map((path) => differing(path)));

      assert.deepEqual(units.flatMap((unit) => unit.items.map((item) => item.path)).sort(), [...paths].sort());
      assert.equal(new Set(units.map((unit) => unit.unit)).size, units.length);
      for (const unit of units) for (const item of unit.items) assert.equal(locate(item.path).unit, unit.unit);
    }),
    { numRuns: 500 },
  );
});

const unitOf = (name: string, files: number, size = 1): PlannedUnit => ({
  unit: name,
  unitKind: 'version',
  items: Array.from({ length: files }, (_, index) => differing(`${name}/${index}`, size)),
  remembered: [],
  isWhole: true,
});

test('a slice ends with the unit that fills it, by number or by bytes', () => {
  const sizes = (units: PlannedUnit[]) =>
    [...slices(units)].map((slice) => [slice.units.length, slice.files, slice.bytes]);
  const GIB = 1024 ** 3;

  assert.deepEqual(sizes([]), []);
  assert.deepEqual(sizes([unitOf('a', 2), unitOf('b', 3)]), [[2, 5, 5]]);
  assert.deepEqual(sizes([unitOf('a', 9_999), unitOf('b', 2), unitOf('c', 1)]), [
    [2, 10_001, 10_001],
    [1, 1, 1],
  ]);
  assert.deepEqual(sizes([unitOf('a', 1, 3 * GIB), unitOf('b', 1, 2 * GIB), unitOf('c', 1)]), [
    [2, 2, 5 * GIB],
    [1, 1, 1],
  ]);
});
