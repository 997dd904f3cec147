import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../src/config/load.ts';

const SERVED =
  'name: a\nsource: { url: "rsync://o.example/m/" }\nserve: { plain_http: true, listen: ["127.0.0.1:0"] }\n';

test('a variable overrides one key, with the type that YAML gives it', () => {
  const loaded = readConfig(SERVED, {
    ASSAY__NAME: '2026',
    ASSAY__SOURCE__URL: 'rsync://other.example/m/',
    ASSAY__SOURCE__SCHEDULE: '*/5 * * * *',
    ASSAY__SOURCE__WINDOW: 'null',
    ASSAY__REMOVAL__HOLD_DAYS: '0.5',
    ASSAY__SERVE__LIMITS__CONNECTIONS: '12',
    ASSAY__VERIFY__SIGNATURES: 'off',
    PATH: '/usr/bin',
    ASSAY_TEST_STRICT: '1',
  });

  assert.equal(loaded.kind, 'config', JSON.stringify(loaded));
  const config = loaded.kind === 'config' ? loaded.config : null;
  assert.equal(config?.name, '2026');
  assert.equal(config?.source[0]?.url, 'rsync://other.example/m/');
  assert.equal(config?.source[0]?.schedule, '*/5 * * * *');
  assert.equal(config?.source[0]?.window, null);
  assert.equal(config?.removal.hold_days, 0.5);
  assert.equal(config?.serve?.limits.connections, 12);
  assert.equal(config?.verify.signatures, 'off');
});

test('a variable reaches into sections that the file does not have', () => {
  const loaded = readConfig('', {
    ASSAY__NAME: 'a',
    ASSAY__SOURCE__URL: 'rsync://o.example/m/',
    ASSAY__SERVE__TLS__CERTIFICATE: '/c.pem',
    ASSAY__SERVE__TLS__KEY: '/k.pem',
  });

  assert.equal(loaded.kind, 'config', JSON.stringify(loaded));
  assert.equal(loaded.kind === 'config' && loaded.config.serve?.tls?.key, '/k.pem');
});

test('a fault that came by a variable names the variable', () => {
  const loaded = readConfig(SERVED, { ASSAY__SERVE__LISTEN: '[::]:443', ASSAY__REMOVAL__HOLD_DAYS: '-1' });

  assert.deepEqual(loaded.kind === 'faults' && loaded.faults.map(({ line, key, expected }) => [line, key, expected]), [
    [null, 'ASSAY__REMOVAL__HOLD_DAYS', '0 or more'],
    [null, 'ASSAY__SERVE__LISTEN', 'a key outside lists: they stand in the file'],
  ]);
});

test('variables that name no key, a section, a list or a list in a value are faults', () => {
  const cases: [string, string, RegExp][] = [
    ['ASSAY__SERVE__PLAIN_HTP', 'true', /did you mean "PLAIN_HTTP"/],
    ['ASSAY__SERVER__PLAIN_HTTP', 'true', /did you mean "SERVE"/],
    ['ASSAY__SERVE', '{}', /a single key, such as ASSAY__SERVE__LISTEN/],
    ['ASSAY__MIRRORS__URL', 'https://x/', /outside lists/],
    ['ASSAY__REMOVAL__MAX_FILES', '[1, 2]', /a single value/],
    ['ASSAY__', 'x', /a known key/],
  ];

  for (const [variable, value, expected] of cases) {
    const loaded = readConfig(SERVED, { [variable]: value });

    const faults = loaded.kind === 'faults' ? loaded.faults : [];
    assert.deepEqual(
      faults.map(({ key }) => key),
      [variable],
    );
    assert.match(faults[0]?.expected ?? '', expected);
  }
});

test('with several sources no variable can say which one it means', () => {
  const text = 'name: a\nsource: [ { url: "rsync://o.example/m/" }, { url: "rsync://p.example/m/" } ]\n';

  const loaded = readConfig(text, { ASSAY__SOURCE__URL: 'rsync://q.example/m/' });

  assert.deepEqual(loaded.kind === 'faults' && loaded.faults, [
    {
      line: null,
      key: 'ASSAY__SOURCE__URL',
      found: '"rsync://q.example/m/"',
      expected: 'a key outside lists: source is a list here',
    },
  ]);
});
