import assert from 'node:assert/strict';
import test from 'node:test';
import { HOUR } from '../../../src/host/clock.ts';
import { holdBack } from '../../../src/mirror/verify/hold-back.ts';
import { type GivenMetadata, metadataFacts, NOW, POLICY, stagedFile } from './facts.ts';

const PATH = 'g/a/maven-metadata.xml';

interface Said {
  readonly versions?: readonly string[];
  readonly latest?: string;
  readonly release?: string;
  readonly at?: string;
}

function metadata({ versions = [], latest, release, at }: Said): string {
  const element = (name: string, text: string | undefined) => (text === undefined ? '' : `<${name}>${text}</${name}>`);
  const list = versions.map((version) => element('version', version)).join('');
  return `<metadata><versioning>${element('latest', latest)}${element('release', release)}<versions>${list}</versions>${element('lastUpdated', at)}</versioning></metadata>`;
}

function held(said: string, given: GivenMetadata = {}, path = PATH): string {
  const root = stagedFile(path, said);
  const facts = metadataFacts(path, { staged: { [path]: said }, ...given });
  const answer = holdBack(root, facts, POLICY, NOW);
  return answer.kind === 'free' ? ['free', ...answer.notes].join(' ') : `${answer.verdict}: ${answer.why}`;
}

const RULES: readonly (readonly [rule: string, said: Said, given: GivenMetadata, answer: RegExp])[] = [
  ['a new version that is complete', { versions: ['1', '2'] }, { published: metadata({ versions: ['1'] }) }, /^free$/],
  [
    'a new version that is withheld',
    { versions: ['1', '2'] },
    { versions: { 2: 'incomplete' } },
    /^incomplete-version: .* 2,/,
  ],
  [
    'a new version that is withheld, on a first pass',
    { versions: ['2'] },
    { versions: { 2: 'incomplete' }, isFirstPass: true },
    /^incomplete-version/,
  ],
  ['a new version that is served as it was', { versions: ['2'] }, { versions: { 2: 'served' } }, /^free$/],
  ['a new version that filters leave out', { versions: ['2'] }, { versions: { 2: 'filtered' } }, /^free$/],
  [
    'a new version that the origin lacks',
    { versions: ['2'] },
    { versions: { 2: 'absent' } },
    /^incomplete-version: .* 2,/,
  ],
  [
    'a version that the origin lacks, on a first pass',
    { versions: ['2'] },
    { versions: { 2: 'absent' }, isFirstPass: true },
    /^free origin-incomplete$/,
  ],
  [
    'an old version that is withheld',
    { versions: ['1'] },
    { published: metadata({ versions: ['1'] }), versions: { 1: 'incomplete' } },
    /^free$/,
  ],
  [
    'a release that is in no list and withheld',
    { versions: ['1'], release: '2' },
    { versions: { 2: 'incomplete' } },
    /^incomplete-version: .* 2,/,
  ],
  [
    'a latest that the origin lacks',
    { versions: ['1'], latest: '2' },
    { versions: { 2: 'absent' } },
    /^incomplete-version: .* 2,/,
  ],
  [
    'a latest that was the latest before',
    { versions: ['1'], latest: '2' },
    { published: metadata({ latest: '2' }), versions: { 2: 'absent' } },
    /^free$/,
  ],
  [
    'a served version gone',
    { versions: ['2'] },
    { published: metadata({ versions: ['1', '2'] }), versions: { 1: 'served' } },
    /^metadata-shrinks: .* 1,/,
  ],
  [
    'a complete version gone',
    { versions: ['2'] },
    { published: metadata({ versions: ['1', '2'] }) },
    /^metadata-shrinks/,
  ],
  [
    'a version gone that is not served',
    { versions: ['2'] },
    { published: metadata({ versions: ['1', '2'] }), versions: { 1: 'absent' } },
    /^free$/,
  ],
  [
    'a version gone that was taken down',
    { versions: ['2'] },
    { published: metadata({ versions: ['1', '2'] }), versions: { 1: 'filtered' } },
    /^free$/,
  ],
  [
    'a time that goes back',
    { at: '20261120000000' },
    { published: metadata({ at: '20261121000000' }) },
    /^metadata-shrinks: .*goes back/,
  ],
  ['the same time', { at: '20261121000000' }, { published: metadata({ at: '20261121000000' }) }, /^free$/],
  ['no time any more', {}, { published: metadata({ at: '20261121000000' }) }, /^free$/],
];

for (const [rule, said, given, answer] of RULES) {
  test(`metadata with ${rule}: ${String(answer).replace(/[^a-z -]/g, '')}`, () => {
    assert.match(held(metadata(said), given), answer);
  });
}

test('what the origin lacks holds back for the time to settle, counted from the first sight of these bytes', () => {
  const said = metadata({ versions: ['2'] });
  const given = { versions: { 2: 'absent' as const } };

  assert.match(held(said, { ...given, heldSince: NOW - 2 * HOUR + 1 }), /^incomplete-version/);
  assert.equal(held(said, { ...given, heldSince: NOW - 2 * HOUR }), 'free origin-incomplete');
});

test('what the gate withholds holds back for as long as it is withheld', () => {
  const answer = held(metadata({ versions: ['2'] }), { versions: { 2: 'incomplete' }, heldSince: NOW - 2000 * HOUR });

  assert.match(answer, /^incomplete-version/);
});

const SNAPSHOT = 'g/a/1.0-SNAPSHOT/maven-metadata.xml';
const BUILD = 'g/a/1.0-SNAPSHOT/a-1.0-20261121.013000-7';

test('SNAPSHOT metadata waits for each file that it names', () => {
  const said = `<metadata><version>1.0-SNAPSHOT</version><versioning><snapshotVersions>
    <snapshotVersion><extension>pom</extension><value>1.0-20261121.013000-7</value></snapshotVersion>
    <snapshotVersion><classifier>sources</classifier><extension>jar</extension><value>1.0-20261121.013000-7</value></snapshotVersion>
    </snapshotVersions></versioning></metadata>`;

  assert.equal(held(said, {}, SNAPSHOT), 'free');
  assert.match(held(said, { files: { [`${BUILD}-sources.jar`]: 'incomplete' } }, SNAPSHOT), /-sources\.jar/);
  assert.match(held(said, { files: { [`${BUILD}.pom`]: 'absent' } }, SNAPSHOT), /origin does not have/);
  assert.equal(held(said, { files: { [`${BUILD}.pom`]: 'filtered' } }, SNAPSHOT), 'free');
});

test('SNAPSHOT metadata without a list of files waits for the POM of its build', () => {
  const said =
    '<metadata><version>1.0-SNAPSHOT</version><versioning><snapshot><timestamp>20261121.013000</timestamp><buildNumber>7</buildNumber></snapshot></versioning></metadata>';

  assert.match(held(said, { files: { [`${BUILD}.pom`]: 'incomplete' } }, SNAPSHOT), /a-1\.0-20261121\.013000-7\.pom/);
});

test('well-formed XML that is no metadata un-names everything, and waits', () => {
  assert.match(held('<other/>', { published: metadata({ versions: ['1'] }) }), /^metadata-shrinks/);
});

test('metadata that is no XML any more must not un-name what is served', () => {
  const published = metadata({ versions: ['1'] });

  const served = held('<metadata><versioning>', { published, versions: { 1: 'served' } });
  const gone = held('<metadata><versioning>', { published, versions: { 1: 'absent' } });
  const first = held('<metadata><versioning>');

  assert.match(served, /^metadata-shrinks: it is not well-formed any more and would un-name 1,/);
  assert.equal(gone, 'free');
  assert.equal(first, 'free');
});
