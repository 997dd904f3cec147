import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compare, compareCrawl, isClean, judgeVisit } from '../../src/demo/comparison.ts';
import type { Judged, PassReport } from '../../src/demo/mirror.ts';
import type { Plant } from '../../src/demo/repository/origin-change.ts';
import type { MirrorPlant } from '../../src/demo/watched.ts';

const JAR = 'g/a/2/a-2.jar';
const MISMATCH: Plant = {
  kind: 'wrong-sum',
  title: 'a wrong sum',
  path: JAR,
  verdict: 'checksum-mismatch',
  dragsAlong: ['g/a/2/', 'g/a/maven-metadata.xml'],
  answers: [{ kind: 'held-back', path: JAR, verdict: 'checksum-mismatch' }],
};
const RELEASE: Plant = {
  kind: 'new-release',
  title: 'a release',
  path: 'g/b/1/b-1.jar',
  verdict: 'accepted',
  dragsAlong: [],
  answers: [{ kind: 'bytes', path: 'g/b/1/b-1.jar', bytes: Buffer.from('new') }],
};

describe('what was found is compared with what was planted', () => {
  test('and a verdict on the planted path is a find', () => {
    const comparison = compare([MISMATCH], [report([{ path: JAR, verdict: 'checksum-mismatch' }])], []);

    assert.deepEqual(comparison.found, [{ path: JAR, verdict: 'checksum-mismatch' }]);
    assert.equal(isClean(comparison, []), true);
  });

  test('and another verdict on it is none, and unexpected', () => {
    const comparison = compare([MISMATCH], [report([{ path: JAR, verdict: 'too-large' }])], []);

    assert.deepEqual(comparison.missed, [{ path: JAR, verdict: 'checksum-mismatch' }]);
    assert.deepEqual(comparison.unexpected, [{ path: JAR, verdict: 'too-large' }]);
    assert.equal(isClean(comparison, []), false);
  });

  test('and what a plant drags along is expected, in whatever pass', () => {
    const dragged = ['g/a/2/a-2.pom', 'g/a/maven-metadata.xml.sha1'].map((path) => ({
      path,
      verdict: 'incomplete-version',
    }));
    const reports = [report([{ path: JAR, verdict: 'checksum-mismatch' }]), report(dragged)];

    const comparison = compare([MISMATCH], reports, []);

    assert.deepEqual(comparison.unexpected, []);
    assert.equal(isClean(comparison, []), true);
  });

  test('and anything else is unexpected, once', () => {
    const stranger = { path: 'g/c/1/c-1.jar', verdict: 'checksum-mismatch' };

    const comparison = compare([], [report([stranger]), report([stranger])], []);

    assert.deepEqual(comparison.unexpected, [stranger]);
  });

  test('and a plant whose answer is wrong is missed, whatever the report says', () => {
    const wrong = [{ path: 'g/b/1/b-1.jar', expected: '200, 3 bytes', found: '404 Not Found' }];

    const comparison = compare([RELEASE], [report([])], wrong);

    assert.deepEqual(comparison.missed, [{ path: 'g/b/1/b-1.jar', verdict: 'accepted' }]);
    assert.equal(isClean(comparison, wrong), false);
  });
});

describe('an answer of the mirror', () => {
  const bytes = { kind: 'bytes', path: 'a', bytes: Buffer.from('abc') } as const;
  const held = { kind: 'held-back', path: 'a', verdict: 'checksum-mismatch' } as const;
  const cases = [
    ['with the bytes is right', bytes, visit(200, 'OK', 'abc'), null],
    ['with other bytes is wrong', bytes, visit(200, 'OK', 'abd'), '200, 3 bytes, but other ones'],
    ['with fewer bytes is wrong', bytes, visit(200, 'OK', 'ab'), '200, 2 bytes'],
    ['that it is not there is wrong', bytes, visit(404, 'Not Found', ''), '404 Not Found'],
    ['that it is held back, with the verdict in the reason, is right', held, visit(403, 'checksum-mismatch', ''), null],
    [
      'that it is held back, with the verdict in the body, is right',
      held,
      visit(403, 'Forbidden', 'checksum-mismatch'),
      null,
    ],
    ['that it is held back for another reason is wrong', held, visit(403, 'too-large', ''), '403 too-large'],
    [
      'that it is held back for any reason is right where none is expected',
      { ...held, verdict: null },
      visit(403, 'x', ''),
      null,
    ],
    ['with bytes that must not be served is wrong', held, visit(200, 'OK', 'abc'), '200, 3 bytes'],
  ] as const;
  for (const [name, answer, seen, found] of cases) {
    test(name, () => {
      assert.equal(judgeVisit(answer, seen)?.found ?? null, found);
    });
  }
});

function visit(status: number, reason: string, body: string) {
  return { status, reason, bytes: Buffer.from(body) };
}

function report(judged: readonly Judged[]): PassReport {
  const deferred = judged.filter(({ verdict }) => verdict === 'incomplete-version');
  const rejected = judged.filter(({ verdict }) => verdict !== 'incomplete-version');
  const counts = { generation: 1, listed: 0, added: 0, changed: 0, removed: 0, accepted: 0 };
  return { ...counts, rejected, deferred, bytes_fetched: 0, seconds: 0 };
}

describe('what a round found is compared with what is wrong with the copies', () => {
  const late: MirrorPlant = {
    ...{ kind: 'lagging-mirror', mirror: 'late', title: 'late', path: 'g/a/2/a-2.jar', verdict: 'lagging' },
    dragsAlong: ['g/a/'],
  };
  const lines = (...findings: { mirror: string; path: string; verdict: string }[]) =>
    compareCrawl([late], { findings, mirrors: [], cannot_see: '', seconds: 1 });

  test('and what belongs to a plant is a find', () => {
    const comparison = lines({ mirror: 'late', path: 'g/a/maven-metadata.xml', verdict: 'lagging' });

    assert.deepEqual(comparison.found, [{ mirror: 'late', path: late.path, verdict: 'lagging' }]);
    assert.equal(isClean(comparison, []), true);
  });

  test('and the same verdict at another mirror, or another verdict at the same, is none', () => {
    const comparison = lines(
      { mirror: 'true', path: late.path, verdict: 'lagging' },
      { mirror: 'late', path: late.path, verdict: 'missing' },
    );

    assert.deepEqual([comparison.missed.length, comparison.unexpected.length], [1, 2]);
  });
});
