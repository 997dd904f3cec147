// The configuration that the playbook writes is one that assay reads; what playbook and units say of paths and users is the same.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test, { type TestContext } from 'node:test';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import { ANSIBLE, play, type Variables } from './play.ts';

const ROLE = join(ANSIBLE, 'roles/mirror');
const UNIT = readFileSync(resolve(ANSIBLE, '../systemd/assay.service'), 'utf8');

const HOSTS: Readonly<Record<string, Variables>> = {
  'alone.example.org': { assay_shape: 'alone' },
  'legacy.example.org': { assay_shape: 'alone', assay_tls_profile: 'legacy', assay_https_port: 8443 },
  'nginx.example.org': { assay_shape: 'nginx' },
  'push.example.org': { assay_shape: 'push', assay_config: { push: [{ name: 'main', kind: 's3', bucket: 'b' }] } },
  'primary.example.org': { assay_shape: 'primary', assay_config: { history_days: 30, verify: { settle_hours: 3 } } },
  'told.example.org': {
    assay_primary: 'https://primary.example.org/',
    assay_source: { kind: 'rsync', url: 'rsync://o.example.org/r/' },
  },
};

test('what the playbook writes for each shape is a configuration without a fault', async (t) => {
  if (!needs(t, 'ansible-playbook')) return;

  const written = await configurations(t);

  assert.deepEqual([...written.keys()].sort(), Object.keys(HOSTS).sort());
  const of = (name: string): Config => {
    const config = written.get(`${name}.example.org`);
    assert.ok(config !== undefined);
    return config;
  };
  assert.deepEqual(of('alone').serve?.listen, ['[::]:443']);
  assert.equal(of('alone').serve?.tls?.certificate, '/etc/assay/tls/fullchain.pem');
  assert.equal(of('alone').source[0]?.kind, 's3');
  assert.equal(of('legacy').serve?.tls?.profile, 'legacy');
  assert.deepEqual(of('legacy').serve?.listen, ['[::]:8443']);
  assert.equal(of('nginx').serve?.accel_redirect, '/-/published/');
  assert.equal(of('nginx').stats?.logs[0]?.path, '/var/log/assay-nginx/access.log');
  assert.equal(of('push').serve, null);
  assert.equal(of('push').push[0]?.name, 'main');
  assert.notEqual(of('primary').primary, null);
  assert.equal(of('primary').history_days, 30);
  assert.equal(of('primary').verify.settle_hours, 3);
  assert.equal(of('primary').verify.upstream_sums, 'when-present', 'what was not said keeps its default');
  assert.equal(of('told').report?.key_file, '/etc/assay/report.key');
  assert.equal(of('told').source[0]?.kind, 'rsync');
});

test('playbook and units agree on who runs what, and where', () => {
  const defaults = yamlOf('defaults/main.yml');
  const vars = yamlOf('vars/main.yml');

  assert.match(
    UNIT,
    new RegExp(
      `^ExecStart=${defaults.assay_home}/current/bin/assay daemon --config ${vars.assay_etc}/assay.yaml$`,
      'm',
    ),
  );
  assert.match(UNIT, /^User=assay$/m);
  assert.match(
    readFileSync(join(ROLE, 'tasks/machine.yml'), 'utf8'),
    /name: assay\n {4}system: true\n {4}group: assay/,
  );
  // StateDirectory=assay is this very path; another one gets ReadWritePaths= of its own.
  assert.equal(defaults.assay_data, '/var/lib/assay');
  const linked = /loop: \[(.*)\]/.exec(readFileSync(join(ROLE, 'tasks/units.yml'), 'utf8'))?.[1]?.split(', ') ?? [];
  const units = readdirSync(resolve(ANSIBLE, '../systemd')).filter((name) => !name.endsWith('.d'));
  assert.deepEqual([...linked, 'assay.socket'].sort(), units.sort());
});

function yamlOf(file: string): Record<string, unknown> {
  return parse(readFileSync(join(ROLE, file), 'utf8')) as Record<string, unknown>;
}

/** The template filled in by Ansible itself, with the role's own defaults, read as the daemon reads it. */
async function configurations(t: TestContext): Promise<Map<string, Config>> {
  const home = temporaryFolder(t);
  const book = join(home, 'book.yml');
  const template = {
    src: join(ROLE, 'templates/assay.yaml.j2'),
    dest: `${home}/{{ inventory_hostname }}.yaml`,
    mode: '0600',
  };
  const tasks = [{ 'ansible.builtin.template': template }];
  writeFileSync(book, JSON.stringify([{ hosts: 'all', gather_facts: false, connection: 'local', tasks }]));
  const role = { ...yamlOf('defaults/main.yml'), ...yamlOf('vars/main.yml'), assay_contact: 'ops@example.org' };
  const hosts = Object.fromEntries(Object.entries(HOSTS).map(([name, own]) => [name, { ...role, ...own }]));

  const { status, output } = await play(book, { home, hosts });

  assert.equal(status, 0, output.slice(-3000));
  return new Map(
    Object.keys(HOSTS).map((name) => {
      const loaded = readConfig(readFileSync(join(home, `${name}.yaml`), 'utf8'), {});
      if (loaded.kind !== 'config') throw new Error(`${name}: ${JSON.stringify(loaded.faults)}`);
      return [name, loaded.config];
    }),
  );
}
