// The alert rules and the Grafana dashboard that ship, against Prometheus itself and what a running mirror tells it.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { contentsOf } from '../../release/contents.ts';
import { freePort, makeCertificate } from '../../src/demo/world.ts';
import { MINUTE } from '../../src/host/clock.ts';
import { PROJECT } from '../house/sources.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { eventually, startDaemon } from '../support/running-daemon.ts';

const FOLDER = 'src/dashboard/monitoring';
const RULES = join(PROJECT, FOLDER, 'alerts.yaml');
const DASHBOARD = join(PROJECT, FOLDER, 'grafana.json');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

function rules(): Rule[] {
  const { groups } = parse(readFileSync(RULES, 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
}

/** As Grafana would ask them for all mirrors. */
function queries(): string[] {
  const dashboard = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as {
    panels: { targets?: { expr: string }[] }[];
    annotations: { list: { expr: string }[] };
  };
  const asked = [...dashboard.panels.flatMap(({ targets = [] }) => targets), ...dashboard.annotations.list];
  return asked.map(({ expr }) => expr.replaceAll('$job', 'assay').replaceAll('$instance', '.*'));
}

test('the rules are good ones, and do what they say as time goes by', (t) => {
  if (!needs(t, 'promtool')) return;

  const checked = promtool('check', 'rules', '--lint=all', '--lint-fatal', RULES);
  const tried = promtool('test', 'rules', join(import.meta.dirname, 'alerts.promtool.yaml'));

  assert.equal(checked.status, 0, checked.text);
  assert.equal(tried.status, 0, tried.text);
});

test('every alert says how bad it is, what it means and what to do next', () => {
  for (const { alert, labels, annotations } of rules()) {
    assert.match(labels.severity, /^(critical|warning|info)$/, alert);
    assert.deepEqual(Object.keys(annotations), ['summary', 'description', 'action'], alert);
  }
});

test('the rules and the dashboard are in the release', () => {
  const paths = contentsOf(PROJECT, { version: '0', commit: null, builtAt: 0 }).map(({ path }) => path);

  assert.ok(paths.includes(`${FOLDER}/alerts.yaml`) && paths.includes(`${FOLDER}/grafana.json`));
});

test('a Prometheus that scrapes a mirror understands all of it, and every name that is asked for is one that the mirror tells', async (t) => {
  if (!needs(t, 'rsync', 'prometheus', 'promtool')) return;
  const target = await mirrorThatDoesEverything(t);
  const page = await pageOf(target);
  const prometheus = await startPrometheus(t, target);

  const told = new Set([...page.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const asked = [...rules().map(({ expr }) => expr), ...queries()].flatMap(namesIn);
  assert.ok(asked.length > 60);
  assert.deepEqual(
    [...new Set(asked)].filter((name) => !told.has(name)),
    [],
  );
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  assert.deepEqual(
    [...told].filter((name) => !readme.includes(`\`${name}\``)),
    [],
    'README tells of every figure',
  );
  const linted = promtoolOn(page, 'check', 'metrics');
  assert.equal(linted.status, 0, linted.text);
  await eventually(async () => (await prometheus.ask('up{job="assay"}')).length === 1, 'the mirror is scraped');
  for (const query of queries()) await prometheus.ask(query);
  await eventually(
    async () => (await prometheus.ruleHealth()).every((health) => health === 'ok'),
    'rules are evaluated',
  );
  assert.deepEqual(await prometheus.firing('critical'), []);
});

interface Target {
  readonly url: string;
  readonly ca: string;
}

/** Serves over TLS, crawls a mirror, purges a CDN: it has figures of each. */
async function mirrorThatDoesEverything(t: TestContext): Promise<Target> {
  const mirror = await startMirror(t);
  const home = temporaryFolder(t);
  const made = await makeCertificate({ names: [], addresses: ['127.0.0.1'], now: Date.now(), days: 90 });
  const tls = { certificate: join(home, 'cert.pem'), key: join(home, 'key.pem') };
  writeFileSync(tls.certificate, made.certificatePem);
  writeFileSync(tls.key, made.keyPem);
  mirror.configure({
    serve: { listen: ['127.0.0.1:0'], redirect_http: [], tls, access_log: null, processes: 1 },
    push: [{ name: 'cdn', kind: 'purge', purge: { kind: 'command', argv: ['/bin/true'] } }],
    mirrors: [{ name: 'alpha', url: `http://127.0.0.1:${await freePort('127.0.0.1')}/`, country: 'DE' }],
    crawl: {},
  });
  mirror.origin.release('tool', '1.0');
  const daemon = await startDaemon(t, mirror.configFile);
  await daemon.logs('pass finished');
  return { url: daemon.url, ca: made.caPem };
}

async function pageOf({ url, ca }: Target): Promise<string> {
  const [answer] = await once(get(`${url}-/metrics`, { ca, agent: false }), 'response');
  return text(answer);
}

/** Names of figures in a query, without what Prometheus makes itself. A distribution is told under the name of its family. */
function namesIn(expr: string): string[] {
  return [...expr.matchAll(/\bassay_[a-z_]+/g)].map(([name]) => name.replace(/_bucket$/, ''));
}

function promtool(...args: string[]): { status: number | null; text: string } {
  return promtoolOn('', ...args);
}

function promtoolOn(input: string, ...args: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, {
    input,
    encoding: 'utf8',
    timeout: 5 * MINUTE,
  });
  return { status, text: error?.message ?? `${stdout}${stderr}` };
}

interface Prometheus {
  /** The labels of what a query comes to, now. Throws what Prometheus says against it. */
  ask(query: string): Promise<Record<string, string>[]>;
  /** `ok`, `err` or `unknown` (not evaluated yet) of each rule. */
  ruleHealth(): Promise<string[]>;
  /** Names of alerts of a severity. */
  firing(severity: string): Promise<string[]>;
}

async function startPrometheus(t: TestContext, { url, ca }: Target): Promise<Prometheus> {
  const children: ChildProcess[] = [];
  t.after(async () => {
    for (const child of children) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }
  });
  const home = temporaryFolder(t);
  const address = `127.0.0.1:${await freePort('127.0.0.1')}`;
  writeFileSync(join(home, 'ca.pem'), ca);
  const scrape = {
    job_name: 'assay',
    metrics_path: '/-/metrics',
    scheme: 'https',
    tls_config: { ca_file: join(home, 'ca.pem') },
    static_configs: [{ targets: [new URL(url).host] }],
  };
  const often = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' };
  const settings = { global: often, rule_files: [RULES], scrape_configs: [scrape] };
  writeFileSync(join(home, 'prometheus.yaml'), JSON.stringify(settings));
  const files = [`--config.file=${join(home, 'prometheus.yaml')}`, `--storage.tsdb.path=${join(home, 'data')}`];
  children.push(spawn('prometheus', [...files, `--web.listen-address=${address}`], { stdio: 'ignore', cwd: home }));
  const api = async <T>(path: string): Promise<T> => {
    const answer = (await (await fetch(`http://${address}/api/v1/${path}`)).json()) as { data: T; error?: string };
    if (answer.error !== undefined) throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  };
  await eventually(
    () =>
      fetch(`http://${address}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    'Prometheus is ready',
  );
  return {
    ask: async (query) =>
      (
        await api<{ result: { metric: Record<string, string> }[] }>(`query?query=${encodeURIComponent(query)}`)
      ).result.map(({ metric }) => metric),
    ruleHealth: async () =>
      (await api<{ groups: { rules: { health: string }[] }[] }>('rules')).groups.flatMap((group) =>
        group.rules.map(({ health }) => health),
      ),
    firing: async (severity) =>
      (await api<{ alerts: { labels: Record<string, string> }[] }>('alerts')).alerts
        .filter(({ labels }) => labels.severity === severity)
        .map(({ labels }) => labels.alertname ?? ''),
  };
}
