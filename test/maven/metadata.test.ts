import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { METADATA_CEILING, type Metadata, parseMetadata } from '../../src/maven/metadata.ts';
import { CORPUS, needs } from '../support/needs.ts';

const NOTHING: Metadata = {
  kind: 'metadata',
  groupId: null,
  artifactId: null,
  version: null,
  versions: [],
  latest: null,
  release: null,
  lastUpdated: null,
  snapshot: null,
  snapshotVersions: [],
  plugins: [],
};

function parse(text: string): Metadata {
  const parsed = parseMetadata(Buffer.from(text));
  assert.equal(parsed.kind, 'metadata', parsed.kind === 'not-well-formed' ? parsed.reason : parsed.kind);
  return parsed as Metadata;
}

test('metadata of an artifact names its versions in the order of the file', () => {
  const found = parse(`<?xml version="1.0" encoding="UTF-8"?>
<metadata>
  <groupId>g</groupId> <artifactId>a</artifactId>
  <versioning>
    <latest>1.1-SNAPSHOT</latest><release> 1.0 </release>
    <versions><version>1.0</version><version>0.9</version>
      <version>
        1.1-SNAPSHOT
      </version></versions>
    <lastUpdated>20261121013000</lastUpdated>
  </versioning>
</metadata>`);

  assert.deepEqual(found, {
    ...NOTHING,
    groupId: 'g',
    artifactId: 'a',
    versions: ['1.0', '0.9', '1.1-SNAPSHOT'],
    latest: '1.1-SNAPSHOT',
    release: '1.0',
    lastUpdated: '20261121013000',
  });
});

test('metadata of a SNAPSHOT names its builds, each with what is its own', () => {
  const found = parse(`<metadata modelVersion="1.1.0"><version>1.0-SNAPSHOT</version><versioning>
    <snapshot><timestamp>20261121.013000</timestamp><buildNumber>7</buildNumber></snapshot>
    <lastUpdated>20261121.013000</lastUpdated>
    <snapshotVersions>
      <snapshotVersion><classifier>sources</classifier><extension>jar</extension><value>1.0-20261121.013000-7</value><updated>1</updated></snapshotVersion>
      <snapshotVersion><extension>pom</extension><value>1.0-20261121.013000-7</value></snapshotVersion>
      <snapshotVersion><value>1.0-20261121.013000-6</value></snapshotVersion>
    </snapshotVersions></versioning></metadata>`);

  assert.equal(found.version, '1.0-SNAPSHOT');
  assert.deepEqual(found.snapshot, { timestamp: '20261121.013000', buildNumber: 7 });
  assert.equal(found.lastUpdated, '20261121013000');
  assert.deepEqual(found.snapshotVersions, [
    { classifier: 'sources', extension: 'jar', value: '1.0-20261121.013000-7' },
    { classifier: '', extension: 'pom', value: '1.0-20261121.013000-7' },
  ]);
});

test('metadata of a group names its plugins', () => {
  const found = parse(
    '<metadata><plugins><plugin><name>x</name><prefix>one</prefix></plugin><plugin><prefix>two</prefix></plugin></plugins></metadata>',
  );

  assert.deepEqual(found.plugins, ['one', 'two']);
});

test('what a file does not say, or says so that nobody can use it, is absent', () => {
  assert.deepEqual(parse('<metadata/>'), NOTHING);
  assert.deepEqual(parse('<other><groupId>g</groupId></other>'), NOTHING);
  assert.deepEqual(
    parse('<metadata><versioning><versions/><lastUpdated>soon</lastUpdated></versioning></metadata>'),
    NOTHING,
  );
  assert.equal(
    parse(
      '<metadata><versioning><snapshot><timestamp>1</timestamp><buildNumber>1e9</buildNumber></snapshot></versioning></metadata>',
    ).snapshot,
    null,
  );
});

const INSTANTS: readonly (readonly [written: string, read: string | null])[] = [
  ['20261121013000', '20261121013000'],
  ['20261121.013000', '20261121013000'],
  [' 20261121013000\n', '20261121013000'],
  ['2026-11-21', null],
  ['zzzzzzzzzzzzzz', null],
  ['202611210130000', null],
];

for (const [written, read] of INSTANTS) {
  test(`lastUpdated ${JSON.stringify(written)} is ${read ?? 'as good as absent'}`, () => {
    const parsed = parse(`<metadata><versioning><lastUpdated>${written}</lastUpdated></versioning></metadata>`);

    assert.equal(parsed.lastUpdated, read);
  });
}

test('a version that is written as CDATA or around a comment is one version', () => {
  const found = parse(
    '<metadata><versioning><versions><version><![CDATA[1.0]]></version><version>1.<!-- x -->1</version></versions></versioning></metadata>',
  );

  assert.deepEqual(found.versions, ['1.0', '1.1']);
});

test('a field that is said twice counts as it was said first', () => {
  const found = parse('<metadata><version>1</version><version>2</version></metadata>');

  assert.equal(found.version, '1');
});

test('a version is told as it stands, whatever it tries', () => {
  const found = parse(
    '<metadata><versioning><versions><version>../../etc</version><version>1.0+x</version><version>&lt;b&gt;</version></versions></versioning></metadata>',
  );

  assert.deepEqual(found.versions, ['../../etc', '1.0+x', '<b>']);
});

test('metadata above the ceiling is not looked at', () => {
  assert.deepEqual(parseMetadata(Buffer.alloc(METADATA_CEILING + 1, 0x20)), { kind: 'too-large' });
});

test('names as long as the file cost no more than the file', () => {
  const name = 'n'.repeat(20_000);
  const open = Array.from({ length: 40 }, (_, index) => `<${name}${index}>`);
  const close = open.map((tag) => tag.replace('<', '</')).reverse();

  const found = parse(`${open.join('')}${'x<b/>'.repeat(20_000)}${close.join('')}`);

  assert.deepEqual(found, NOTHING);
});

test('no bytes make it throw', () => {
  const piece = fc.constantFrom(
    ...[
      '<metadata>',
      '</metadata>',
      '<versioning>',
      '<versions>',
      '<version>',
      '1.0',
      '</version>',
      '&amp;',
      '&x;',
      '<!--',
      '-->',
    ],
    ...[
      '<![CDATA[',
      ']]>',
      '<?xml version="1.0" encoding="',
      'utf-16',
      'x-nothing',
      '"?>',
      '<!DOCTYPE a [',
      ']>',
      '\0',
      '\xff',
      ' a="',
    ],
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(piece, { maxLength: 20 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1')),
  );
  fc.assert(
    fc.property(bytes, (each) => {
      const parsed = parseMetadata(each);

      if (parsed.kind === 'not-well-formed') assert.match(parsed.reason, /^[\x20-\x7e\u00a1-\uffff]{1,200}$/);
    }),
    { numRuns: 500 },
  );
});

test('a view into a larger buffer is read from where it begins', () => {
  const whole = Buffer.from('garbage<metadata><version>1</version></metadata>garbage');

  const parsed = parseMetadata(whole.subarray(7, whole.length - 7));

  assert.equal(parsed.kind === 'metadata' ? parsed.version : parsed.kind, '1');
});

test('every metadata file of the real collection names just the folders beside it', (t) => {
  if (!needs(t, 'corpus')) return;
  const folder = join(CORPUS, 'repository');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('maven-metadata.xml'),
  );

  assert.ok(files.length > 50);
  for (const file of files) {
    const beside = readdirSync(dirname(join(folder, file)), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    const found = parse(readFileSync(join(folder, file), 'utf8'));

    assert.deepEqual([...found.versions].sort(), beside.sort(), file);
    assert.equal(`${found.groupId?.replaceAll('.', '/')}/${found.artifactId}`, dirname(file));
  }
});
