import assert from 'node:assert/strict';
import test from 'node:test';
import { readConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';

function faultsOf(source: string): string[] {
  const loaded = readConfig(`name: a\nsource: ${source}\n`, {});
  return loaded.kind === 'faults' ? loaded.faults.map(({ key, expected }) => `${key}: ${expected}`) : [];
}

function sourceOf(source: string): Config['source'][number] | undefined {
  const loaded = readConfig(`name: a\nsource: ${source}\n`, {});
  assert.deepEqual(loaded.kind === 'faults' ? loaded.faults : [], []);
  return loaded.kind === 'config' ? loaded.config.source[0] : undefined;
}

test('a bucket, a web server and an rsync module are each written in one line', () => {
  const bucket = sourceOf('{ kind: s3, url: "s3://clojars-repo-production/", region: us-east-2 }');
  const web = sourceOf('{ kind: http, url: "https://o.example/maven2/", mode: feeds }');

  assert.deepEqual(
    [bucket?.credentials_file, bucket?.machine_role, bucket?.requester_pays, bucket?.sweep_hours],
    [null, false, false, 24],
  );
  assert.deepEqual([web?.mode, web?.requests_per_second, web?.connections], ['feeds', null, 8]);
});

const WRONG: readonly (readonly [source: string, fault: RegExp])[] = [
  ['{ url: "rsync://o.example/" }', /^source\.url: a URL that names a module/],
  [
    '{ kind: s3, url: "https://bucket.s3.amazonaws.com/" }',
    /^source\.url: a URL that begins with s3:\/\/ \(kind is s3\)/,
  ],
  ['{ kind: s3, url: "s3://b/" }', /^source\.url: a URL that names a bucket/],
  ['{ kind: http, url: "https://o.example/?x=1" }', /^source\.url: a URL without a query/],
  ['{ kind: http, url: "ftp://o.example/" }', /^source\.url: a URL that begins with https:\/\/ or http:\/\//],
  ['{ kind: s3, url: "s3://bucket/", ssh: { user: a, key_file: /k, known_hosts: /h } }', /^source\.ssh: null/],
  ['{ kind: http, url: "https://o.example/", password_file: /p }', /^source\.password_file: null/],
  [
    '{ url: "rsync://o.example/m/", endpoint: "http://s3.example/" }',
    /^source\.endpoint: the default: endpoint goes with kind s3 only/,
  ],
  ['{ url: "rsync://o.example/m/", path_style: true }', /^source\.path_style: the default/],
  [
    '{ kind: s3, url: "s3://bucket/", requester_pays: true }',
    /^source\.requester_pays: false, or credentials_file, or machine_role/,
  ],
  ['{ kind: s3, url: "s3://bucket/", machine_role: true, credentials_file: /c }', /^source\.machine_role: false/],
  ['{ kind: s3, url: "s3://bucket/", mode: listing }', /^source\.mode: null: mode goes with kind http only/],
  [
    '{ url: "rsync://o.example/m/", release_feed: "https://o.example/api/release-feed" }',
    /^source\.release_feed: null/,
  ],
  ['{ kind: http, url: "https://o.example/", mode: release-feed }', /^source\.release_feed: the URL of a release feed/],
  [
    '{ kind: http, url: "https://o.example/", public_key: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }',
    /^source\.public_key: null/,
  ],
  ['{ kind: http, url: "https://o.example/", mode: metadata }', /^source\.include: folders of artifacts/],
  [
    '{ kind: http, url: "https://o.example/", mode: metadata, include: ["**/*.pom"] }',
    /^source\.include: folders of artifacts/,
  ],
];

for (const [source, fault] of WRONG) {
  test(`refused with a reason: ${source}`, () => {
    const faults = faultsOf(source);

    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0] ?? '', fault);
  });
}

test('all of Maven Central is refused, and what is offered instead is not', () => {
  const refused = [
    '{ kind: http, url: "https://repo1.maven.org/maven2/" }',
    '{ kind: http, url: "https://repo.maven.apache.org/maven2/", mode: feeds }',
    '{ kind: http, url: "https://repo1.maven.org/maven2/", include: ["org/example/**"] }',
  ];

  for (const source of refused) assert.match(faultsOf(source).join(), /^source\.mode: on-demand, or metadata .*abuse/);
  sourceOf(
    '{ kind: http, url: "https://repo1.maven.org/maven2/", mode: metadata, include: ["org/example/tool/**", "com/example/"] }',
  );
});
