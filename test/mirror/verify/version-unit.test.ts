import assert from 'node:assert/strict';
import test from 'node:test';
import { MINUTE } from '../../../src/host/clock.ts';
import { judgeUnit, WHEN_CHANGED } from '../../../src/mirror/verify/gate.ts';
import type { JudgedFile } from '../../../src/mirror/verify/signature.ts';
import { type Bytes, type Given, inWords, NOW, POLICY, sum, unitFacts } from './facts.ts';

const POM = 'g/a/1.0/a-1.0.pom';
const JAR = 'g/a/1.0/a-1.0.jar';
const SOURCES = 'g/a/1.0/a-1.0-sources.jar';
const PROJECT = '<project/>';
const WRONG = 'f'.repeat(40);

function judged(given: Given & { staged: Record<string, Bytes> }) {
  return judgeUnit(unitFacts('g/a/1.0', given), POLICY, NOW);
}

/** A file and its right SHA-1. */
function summed(path: string, bytes: string): Record<string, string> {
  return { [path]: bytes, [`${path}.sha1`]: sum('sha1', bytes) };
}

test('a version of which everything is right is accepted whole', () => {
  const words = inWords(
    judged({ staged: { ...summed(POM, PROJECT), ...summed(JAR, 'jar'), ...summed(`${JAR}.asc`, 'signature') } }),
  );

  assert.deepEqual(words, {
    [POM]: 'accepted matched',
    [JAR]: 'accepted matched',
    [`${JAR}.asc`]: 'accepted matched',
    [`${POM}.sha1`]: 'accepted unchecked',
    [`${JAR}.sha1`]: 'accepted unchecked',
    [`${JAR}.asc.sha1`]: 'accepted unchecked',
  });
});

test('with its main file refused nothing of a version is served', () => {
  const words = inWords(
    judged({
      staged: { ...summed(POM, PROJECT), ...summed(SOURCES, 'sources'), [JAR]: 'jar', [`${JAR}.sha1`]: WRONG },
    }),
  );

  assert.deepEqual(words, {
    [JAR]: 'rejected checksum-mismatch',
    [`${JAR}.sha1`]: 'deferred incomplete-version',
    [POM]: 'deferred incomplete-version',
    [`${POM}.sha1`]: 'deferred incomplete-version',
    [SOURCES]: 'deferred incomplete-version',
    [`${SOURCES}.sha1`]: 'deferred incomplete-version',
  });
});

test('with its POM refused nothing of a version is served', () => {
  const words = inWords(judged({ staged: { ...summed(JAR, 'jar'), [POM]: PROJECT, [`${POM}.sha1`]: WRONG } }));

  assert.equal(words[POM], 'rejected checksum-mismatch');
  assert.equal(words[JAR], 'deferred incomplete-version');
});

test('a classifier that is refused holds back only its own sums', () => {
  const words = inWords(
    judged({
      staged: { ...summed(POM, PROJECT), ...summed(JAR, 'jar'), [SOURCES]: 'sources', [`${SOURCES}.sha1`]: WRONG },
    }),
  );

  assert.equal(words[SOURCES], 'rejected checksum-mismatch');
  assert.equal(words[`${SOURCES}.sha1`], 'deferred incomplete-version');
  assert.equal(words[POM], 'accepted matched');
  assert.equal(words[JAR], 'accepted matched');
});

test('with a POM that is listed and could not be fetched the version waits for the next pass', () => {
  const [verdict] = judged({ staged: { [JAR]: 'jar' }, listed: [POM] });

  assert.deepEqual(inWords(verdict === undefined ? [] : [verdict]), { [JAR]: 'deferred incomplete-version' });
  assert.equal(verdict?.kind === 'deferred' ? verdict.retryAt : null, 0);
});

test('with a POM that was refused before the version waits until the origin changes', () => {
  const [verdict] = judged({ staged: { [JAR]: 'jar' }, remembered: { [POM]: 'rejected' } });

  assert.equal(verdict?.kind === 'deferred' ? verdict.verdict : '', 'incomplete-version');
  assert.equal(verdict?.kind === 'deferred' ? verdict.retryAt : null, WHEN_CHANGED);
});

test('the sum of a file that was refused before waits with it, and asks for no pass of its own', () => {
  const [verdict] = judged({ staged: { [`${SOURCES}.sha1`]: WRONG }, remembered: { [SOURCES]: 'rejected' } });

  assert.equal(verdict?.kind === 'deferred' ? verdict.retryAt : null, WHEN_CHANGED);
});

test('versions of a POM alone and of a jar alone are whole', () => {
  assert.deepEqual(inWords(judged({ staged: summed(POM, PROJECT) }))[POM], 'accepted matched');
  assert.deepEqual(inWords(judged({ staged: summed(JAR, 'jar') }))[JAR], 'accepted matched');
});

test('a rewritten jar of a published version is refused, and what is new beside it is not', () => {
  const words = inWords(
    judged({ staged: { [JAR]: 'evil', ...summed(SOURCES, 'sources') }, kept: { [POM]: PROJECT, [JAR]: 'jar' } }),
  );

  assert.equal(words[JAR], 'rejected immutable-changed');
  assert.equal(words[SOURCES], 'accepted matched');
});

test('a sum that matches no longer the published bytes is refused, one that does replaces the old', () => {
  const kept = { [JAR]: 'jar', [`${JAR}.sha1`]: sum('sha1', 'jar') };

  const wrong = inWords(judged({ staged: { [`${JAR}.sha1`]: WRONG }, kept }));
  const right = inWords(judged({ staged: { [`${JAR}.sha1`]: `${sum('sha1', 'jar')}  a-1.0.jar\n` }, kept }));

  assert.deepEqual(wrong, { [`${JAR}.sha1`]: 'rejected checksum-mismatch' });
  assert.deepEqual(right, { [`${JAR}.sha1`]: 'accepted unchecked' });
});

test('a page where a sum should be is never published', () => {
  const words = inWords(judged({ staged: { ...summed(JAR, 'jar'), [`${JAR}.md5`]: '<!DOCTYPE html><html>' } }));

  assert.equal(words[`${JAR}.md5`], 'rejected impostor-page');
  assert.equal(words[JAR], 'accepted matched');
});

test('a sum that contradicts goes in as it is, with a note', () => {
  const words = inWords(judged({ staged: { ...summed(JAR, 'jar'), [`${JAR}.md5`]: 'f'.repeat(32) } }));

  assert.equal(words[JAR], 'accepted mismatched sum-mismatch-upstream');
  assert.equal(words[`${JAR}.md5`], 'accepted unchecked sum-mismatch-upstream');
});

test('sums of sums are judged after the sums, in whatever order they come', () => {
  const sha1 = sum('sha1', 'jar');
  const staged = { [`${JAR}.sha1.md5`]: sum('md5', sha1), [`${JAR}.sha1`]: sha1, [JAR]: 'jar' };

  assert.equal(inWords(judged({ staged }))[`${JAR}.sha1.md5`], 'accepted unchecked');
});

test('a young sum without its file waits, so that the file does not come to a gate without its sum', () => {
  const path = `${JAR}.sha1`;
  const mtime = NOW - 10 * MINUTE;

  const [young] = judged({ staged: { [path]: { bytes: WRONG, mtime } } });
  const [old] = judged({ staged: { [path]: WRONG } });
  const [beside] = judged({ staged: { [path]: WRONG }, listed: [JAR] });

  assert.equal(young?.kind === 'deferred' ? young.retryAt : 0, mtime + 30 * MINUTE);
  assert.equal(old?.kind, 'accepted');
  assert.equal(beside?.kind === 'deferred' ? beside.retryAt : null, 0);
});

const BUILD = (build: number, rest: string) => `g/a/1.0-SNAPSHOT/a-1.0-20261121.01300${build}-${build}${rest}`;

test('each build of a SNAPSHOT stands alone', () => {
  const staged = {
    ...summed(BUILD(1, '.pom'), PROJECT),
    ...summed(BUILD(1, '.jar'), 'one'),
    ...summed(BUILD(2, '.pom'), PROJECT),
    [BUILD(2, '.jar')]: 'two',
    [`${BUILD(2, '.jar')}.sha1`]: WRONG,
  };

  const words = inWords(judged({ staged }));

  assert.equal(words[BUILD(1, '.jar')], 'accepted matched');
  assert.equal(words[BUILD(1, '.pom')], 'accepted matched');
  assert.equal(words[BUILD(2, '.jar')], 'rejected checksum-mismatch');
  assert.equal(words[BUILD(2, '.pom')], 'deferred incomplete-version');
});

test('a SNAPSHOT without timestamps is replaced whole or not at all', () => {
  const pom = 'g/a/1.0-SNAPSHOT/a-1.0-SNAPSHOT.pom';
  const jar = 'g/a/1.0-SNAPSHOT/a-1.0-SNAPSHOT.jar';
  const kept = { [pom]: PROJECT, [jar]: 'old' };

  const mixed = inWords(
    judged({ staged: { ...summed(jar, 'new'), [pom]: '<project />', [`${pom}.sha1`]: WRONG }, kept }),
  );
  const jarOnly = inWords(judged({ staged: summed(jar, 'new'), kept }));

  assert.equal(mixed[pom], 'rejected checksum-mismatch');
  assert.equal(mixed[jar], 'deferred incomplete-version');
  assert.equal(jarOnly[jar], 'accepted matched');
});

test('loose files stand alone, with their sums', () => {
  const staged = { 'feed.clj.gz': 'feed', 'feed.clj.gz.sha1': WRONG };

  const words = inWords(judgeUnit(unitFacts('feed.clj.gz', { staged }), POLICY, NOW));

  assert.deepEqual(words, {
    'feed.clj.gz': 'rejected checksum-mismatch',
    'feed.clj.gz.sha1': 'deferred incomplete-version',
  });
});

const ASC = `${JAR}.asc`;
const ASKED = { ...POLICY, signatures: 'require' as const };

function signed(kind: JudgedFile['class'], allowed: boolean | null): JudgedFile {
  return { class: kind, signatures: [], best: null, allowed };
}

function required(given: Given & { staged: Record<string, Bytes> }) {
  return inWords(judgeUnit(unitFacts('g/a/1.0', given), ASKED, NOW));
}

test('under require the keysmap decides, and a version is withheld with its main file', () => {
  const staged = { ...summed(POM, PROJECT), ...summed(JAR, 'jar'), [ASC]: 'signature' };
  const pom = signed('good', true);

  assert.equal(required({ staged, signatures: { [POM]: pom, [JAR]: signed('good', true) } })[JAR], 'accepted matched');
  assert.deepEqual(required({ staged, signatures: { [POM]: pom, [JAR]: signed('bad', false) } }), {
    [POM]: 'deferred incomplete-version',
    [JAR]: 'rejected signature-bad',
    [ASC]: 'rejected signature-bad',
    [`${POM}.sha1`]: 'deferred incomplete-version',
    [`${JAR}.sha1`]: 'deferred incomplete-version',
  });
  assert.equal(
    required({ staged, signatures: { [POM]: pom, [JAR]: signed('unsigned', false) } })[JAR],
    'rejected signature-policy',
  );
  assert.equal(required({ staged, signatures: { [POM]: pom, [JAR]: signed('bad', true) } })[JAR], 'accepted matched');
});

test('under observe no signature is a reason', () => {
  const staged = { ...summed(POM, PROJECT), ...summed(JAR, 'jar'), [ASC]: 'signature' };
  const words = inWords(judged({ staged, signatures: { [JAR]: signed('bad', false) } }));

  assert.deepEqual([words[JAR], words[ASC]], ['accepted matched', 'accepted absent no-upstream-sum']);
});

test('a permit is for bytes, whoever signed them', () => {
  const staged = { ...summed(POM, PROJECT), ...summed(JAR, 'jar'), [ASC]: 'signature' };
  const words = required({
    staged,
    permitted: [JAR],
    signatures: { [POM]: signed('good', true), [JAR]: signed('bad', false) },
  });

  assert.deepEqual([words[JAR], words[ASC]], ['accepted matched', 'rejected signature-bad']);
});

test('a signature that comes with refused bytes, or after them, waits with them', () => {
  const kept = { [JAR]: 'old', [POM]: PROJECT };
  const came = inWords(judged({ staged: { [JAR]: 'new', [ASC]: 'signature' }, kept }));
  const after = inWords(judged({ staged: { [ASC]: 'signature' }, kept, remembered: { [JAR]: 'rejected' } }));

  assert.deepEqual([came[JAR], came[ASC]], ['rejected immutable-changed', 'deferred incomplete-version']);
  assert.equal(after[ASC], 'deferred incomplete-version');
});

test('under require a signature beside published bytes that could not be judged waits', () => {
  const words = required({ staged: { [ASC]: 'signature' }, kept: { [JAR]: 'jar', [POM]: PROJECT } });

  assert.equal(words[ASC], 'deferred incomplete-version');
});
