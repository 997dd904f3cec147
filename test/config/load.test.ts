import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Loaded, loadConfig, readConfig } from '../../src/config/load.ts';
import { temporaryFolder } from '../support/folder.ts';

const SMALL = `name: mirror.example.org
source:
  url: rsync://origin.example.org/repo/
serve:
  tls: { certificate: /etc/assay/tls/fullchain.pem, key: /etc/assay/tls/key.pem }
`;

test('a small file loads, and every key that it leaves out has its default', () => {
  const config = configOf(readConfig(SMALL, {}));

  assert.equal(config.data, '/var/lib/assay');
  assert.equal(config.source[0]?.kind, 'rsync');
  assert.equal(config.source[0]?.schedule, '*/30 * * * *');
  assert.equal(config.source[0]?.checksum_rotation_days, 30);
  assert.deepEqual(config.removal, { max_files: 1000, max_ratio: 0.05, hold_days: 30, snapshot_hold_days: 1 });
  assert.equal(config.verify.upstream_sums, 'when-present');
  assert.equal(config.verify.quarantine_max_gib, 20);
  assert.deepEqual(config.serve?.listen, ['[::]:443']);
  assert.equal(config.serve?.tls?.profile, 'modern');
  assert.deepEqual(config.serve?.slow_ms.request, [1000, 10_000]);
  assert.equal(config.crawl, null);
  assert.deepEqual(config.push, []);
});

test('a loaded configuration is frozen all through', () => {
  const config = configOf(readConfig(SMALL, {}));

  assert.ok(Object.isFrozen(config));
  assert.ok(Object.isFrozen(config.source));
  assert.ok(Object.isFrozen(config.source[0]?.include));
  assert.ok(Object.isFrozen(config.serve?.limits));
});

test('several sources are read in their order', () => {
  const config = configOf(
    readConfig('name: a\nsource:\n  - url: rsync://one.example/repo/\n  - url: rsync://two.example/repo/\n', {}),
  );

  assert.deepEqual(
    config.source.map((source) => source.url),
    ['rsync://one.example/repo/', 'rsync://two.example/repo/'],
  );
});

test('days and seconds may be fractions and nought', () => {
  const text = `name: a
source: { url: "rsync://o.example/m/", checksum_rotation_days: 0, jitter_seconds: 0.5 }
removal: { hold_days: 0.01, snapshot_hold_days: 0 }
`;

  const config = configOf(readConfig(text, {}));

  assert.equal(config.source[0]?.checksum_rotation_days, 0);
  assert.equal(config.source[0]?.jitter_seconds, 0.5);
  assert.deepEqual(config.removal, { max_files: 1000, max_ratio: 0.05, hold_days: 0.01, snapshot_hold_days: 0 });
});

test('faults of every kind are told in one go, each with line, key, what was found and what was expected', () => {
  const text = `name: mirror.example.org
contakt: ops@example.org
data: var/lib/assay
source:
  kind: rsync
  url: https://origin.example.org/repo/
  schedule: "61 * * * *"
  window: "22-06"
  io_timeout_seconds: soon
  exclude: ["org/[example/**"]
  min_free_gib: -1
removal:
  hold_days: -1
  max_ratio: 5
verify:
  upstream_sums: sometimes
serve:
  listen: ["0.0.0.0:8080", "nowhere"]
  plain_http: false
  processes: many
  trusted_proxies: ["proxy"]
  limts: {}
mirrors:
  - { name: alpha, url: "https://alpha.example.org/" }
  - { name: alpha, url: "ftp://beta.example.org/" }
tlog: {}
name: again
`;

  const faults = faultsOf(readConfig(text, {}));

  assert.deepEqual(
    faults.map(({ line, key, found, expected }) => `${line} ${key}: ${found} / ${expected}`),
    [
      '2 contakt: the unknown key "contakt" / a known key; did you mean "contact"?',
      '3 data: "var/lib/assay" / an absolute path, such as "/etc/assay/..."',
      '6 source.url: "https://origin.example.org/repo/" / a URL that begins with rsync:// (kind is rsync)',
      '7 source.schedule: "61 * * * *" / five cron fields in UTC, such as "*/30 * * * *"',
      '8 source.window: "22-06" / two times of day in UTC, such as "22:00-06:00"',
      '9 source.io_timeout_seconds: "soon" / a number',
      faults[6] === undefined ? '' : `10 source.exclude[0]: "org/[example/**" / ${faults[6].expected}`,
      '11 source.min_free_gib: -1 / 0 or more',
      '13 removal.hold_days: -1 / 0 or more',
      '14 removal.max_ratio: 5 / at most 1',
      '16 verify.upstream_sums: "sometimes" / when-present | required | record',
      '17 serve.tls: nothing / certificate and key (plain_http is false)',
      '18 serve.listen[1]: "nowhere" / an address and a port, such as "[::]:443" or "127.0.0.1:8080"',
      '20 serve.processes: "many" / auto, or a whole number from 1 to 256',
      '21 serve.trusted_proxies[0]: "proxy" / an IP address or a network, such as "10.0.0.0/8"',
      '22 serve.limts: the unknown key "limts" / a known key; did you mean "limits"?',
      '25 mirrors[1].url: "ftp://beta.example.org/" / an https:// or http:// URL',
      '25 mirrors[1].name: "alpha" / a name that no other entry has',
      '26 tlog: a mapping / null (not in this version)',
      '27 : a key that stands here twice / each key once',
    ],
  );
  assert.match(faults[6]?.expected ?? '', /^a repository path glob \(.+\)$/);
});

test('combinations that cannot be are faults at the key that has to change', () => {
  const source = 'source: { url: "rsync://o.example/m/" }';
  const cases: [string, string, RegExp][] = [
    [`${source}\nserve: { plain_http: true, listen: ["0.0.0.0:80"] }`, 'serve.plain_http', /trusted_proxies/],
    [
      `${source}\nserve: { plain_http: true, listen: ["127.0.0.1:80"], tls: { certificate: /c, key: /k } }`,
      'serve.tls',
      /^null/,
    ],
    [`${source}\nserve: {}`, 'serve.tls', /certificate and key/],
    [
      `${source}\nserve: { tls: { certificate: /c, key: /k }, redirect_http: ["[::]:443"] }`,
      'serve.redirect_http',
      /listen/,
    ],
    ['source: []', 'source', /at least one source/],
    ['source: {}', 'source.url', /^text$/],
    [
      'source: { url: "rsync://o.example/m/", bandwidth_kib_per_second: fast }',
      'source.bandwidth_kib_per_second',
      /KiB per second/,
    ],
  ];

  for (const [text, key, expected] of cases) {
    const faults = faultsOf(readConfig(`name: a\n${text}\n`, {}));

    assert.deepEqual(
      faults.map((fault) => fault.key),
      [key],
      text,
    );
    assert.match(faults[0]?.expected ?? '', expected, text);
  }
});

test('a password in the URL is a fault, and is not shown', () => {
  const faults = faultsOf(readConfig('name: a\nsource: { url: "rsync://user:hunter2@o.example/m/" }\n', {}));

  assert.deepEqual(faults, [
    {
      line: 2,
      key: 'source.url',
      found: '"rsync://user:***@o.example/m/"',
      expected: 'a URL without a password: put it into a file and name that in password_file',
    },
  ]);
});

test('text that is no YAML is a fault at its line, and nothing else is guessed from it', () => {
  const faults = faultsOf(readConfig('name: a\nsource: [unclosed\nserve: x\n', {}));

  assert.ok(faults.length > 0);
  assert.ok(faults.every((fault) => fault.found === 'text that is not YAML' && (fault.line ?? 0) >= 2));
});

test('a bomb of aliases is a fault, not a full memory', () => {
  const layers = Array.from({ length: 12 }, (_, depth) => {
    const aliases = Array.from({ length: 10 }, () => `*a${depth}`).join(',');
    return `a${depth + 1}: &a${depth + 1} [${aliases}]`;
  });

  const faults = faultsOf(readConfig(`a0: &a0 [x]\n${layers.join('\n')}\n`, {}));

  assert.equal(faults.length, 1);
  assert.equal(faults[0]?.found, 'YAML that cannot be read');
});

test('an empty file, a list and a lonely word are faults, not exceptions', () => {
  for (const text of ['', '- a\n', 'word\n', 'null\n']) {
    assert.ok(faultsOf(readConfig(text, {})).length > 0, JSON.stringify(text));
  }
});

test('a section with nothing below it is a role that is not played', () => {
  const config = configOf(
    readConfig('name: a\nsource: { url: "rsync://o.example/m/" }\nserve:\nremoval:\ntlog: null\n', {}),
  );

  assert.equal(config.serve, null);
  assert.equal(config.removal.max_files, 1000);
});

test('the whole of the contract loads', () => {
  const text = `name: mirror.example.org
contact: ops@example.org
source: { url: "rsync://origin.example.org/repo/", bandwidth_kib_per_second: [ { hours: "08:00-18:00", kib_per_second: 500 } ] }
verify: { signatures: observe }
push:
  - { name: main, kind: s3, bucket: b, purge: { kind: fastly, service: s } }
  - { name: edge, kind: purge, purge: { kind: command, argv: [purge] } }
mirrors:
  - { name: alpha, url: "https://alpha.example.org/", country: DE, public_keys: [ { key: "${'A'.repeat(43)}=" } ], budget: { connections: 1 } }
crawl: { lag_hours: 12 }
alerts:
  - { name: ops, kind: mail, from: a@example.org, to: [b@example.org] }
  - { name: chat, kind: webhook, url: "https://example.org/hook" }
  - { name: am, kind: alertmanager, url: "http://127.0.0.1:9093" }
stats: { logs: [ { kind: own, path: /var/log/assay/access.log } ] }
report: { primary: "https://primary.example.org/" }
primary: {}
tlog: null
`;

  const loaded = readConfig(text, {});

  assert.equal(loaded.kind, 'config', JSON.stringify(loaded));
});

test('a log that could not be counted is a fault of its entry', () => {
  const faults = (entry: string) => {
    const loaded = readConfig(`name: a\nstats: { logs: [ ${entry} ] }\n`, {});
    return loaded.kind === 'faults' ? loaded.faults.map(({ key, expected }) => `${key}: ${expected}`) : [];
  };

  const told = [
    '{ kind: own }',
    '{ kind: nginx, path: /a.log, format: "$remote_addr $status" }',
    '{ kind: nginx }',
    '{ kind: fastly, path: /a.log, bucket: b }',
    '{ kind: fastly, bucket: b, format: "$status" }',
  ].map(faults);

  assert.deepEqual(told, [
    [],
    ['stats.logs[0].format: an nginx log_format with $time_local, $time_iso8601 or $msec in it'],
    ['stats.logs[0].path: a path, or a bucket (kind is nginx)'],
    ['stats.logs[0].bucket: null (path is given), or no path'],
    ['stats.logs[0].format: null (kind is fastly; nginx alone has formats)'],
  ]);
});

test('a file that is not there, and one that is far too large, are errors with a code', (t) => {
  const folder = temporaryFolder(t);
  const large = join(folder, 'large.yaml');
  writeFileSync(large, '#'.repeat(2 * 1024 * 1024));

  assert.throws(() => loadConfig(join(folder, 'absent.yaml'), {}), { code: 'config-unreadable', message: /ENOENT/ });
  assert.throws(() => loadConfig(large, {}), { code: 'config-unreadable', message: /larger than 1 MiB/ });
});

function configOf(loaded: Loaded) {
  if (loaded.kind !== 'config') assert.fail(JSON.stringify(loaded.faults));
  return loaded.config;
}

function faultsOf(loaded: Loaded) {
  if (loaded.kind !== 'faults') assert.fail('the configuration loaded');
  return loaded.faults;
}
