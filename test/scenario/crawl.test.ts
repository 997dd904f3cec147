import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { StatusResult } from '../../src/config/shape/status.ts';
import { startFaultMirror } from '../../src/demo/fault-mirror.ts';
import { startMailCatcher } from '../../src/demo/mail-catcher.ts';
import { LOOPBACK } from '../host/http-peer.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Mirror, runLines, startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { startNginx } from '../support/nginx.ts';

const JAR = 'org/example/tool/1.0/tool-1.0.jar';

function fill({ origin }: Mirror): void {
  for (const version of ['1.0', '1.1']) origin.release('tool', version);
  origin.metadata('tool', ['1.0', '1.1']);
  origin.release('other', '2.0');
  origin.metadata('other', ['2.0']);
}

/** A copy of what is published, served by nginx. */
async function copyBy(t: TestContext, { data }: Mirror, change: (folder: string) => void = () => undefined) {
  const folder = join(temporaryFolder(t), 'copy');
  cpSync(join(data, 'published'), folder, { recursive: true, preserveTimestamps: true });
  change(folder);
  const { url } = await startNginx(t, `root ${folder}; autoindex on;`);
  return { url, folder };
}

async function crawlOf({ configFile }: Mirror, ...words: string[]) {
  const lines = await runLines(['crawl', '--json', '--config', configFile, ...words]);
  const summary = lines.at(-1) as { exit: number; result: Record<string, unknown>; problems: { code: string }[] };
  const findings = lines
    .slice(0, -1)
    .map(({ verdict, mirror, path, incident, blame }) => ({ verdict, mirror, path, incident, blame }));
  return {
    findings,
    summary,
    brief: findings.map(({ verdict, mirror, path }) => `${verdict} ${mirror} ${path}`).sort(),
  };
}

function alter(folder: string, path = JAR): void {
  const file = join(folder, path);
  const bytes = readFileSync(file);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

test('a true nginx mirror, an altered one and one that lost a file: each is found, people are told, and it is over when it is mended', async (t) => {
  if (!needs(t, 'nginx', 'rsync')) return;
  const mirror = await startMirror(t);
  fill(mirror);
  await mirror.sync();
  const mail = await startMailCatcher({ address: LOOPBACK });
  t.after(() => mail.stop());
  const [good, altered, poor] = [
    await copyBy(t, mirror),
    await copyBy(t, mirror, (folder) => alter(folder)),
    await copyBy(t, mirror, (folder) => rmSync(join(folder, JAR))),
  ];
  mirror.configure({
    mirrors: [
      { name: 'good', url: good.url },
      { name: 'altered', url: altered.url, contact: 'altered@example.org' },
      { name: 'poor', url: poor.url },
    ],
    crawl: { reask_seconds: 0.1, lag_hours: 0 },
    alerts: [{ name: 'ops', kind: 'mail', smtp: mail.url, from: 'assay@example.org', to: ['ops@example.org'] }],
  });

  const first = await crawlOf(mirror);
  const status = await mirror.verb<StatusResult>('status');
  const list = await mirror.verb<{ incidents: { id: string; verdict: string; mirror: string }[] }>('incidents', 'list');
  const told = mail.caught
    .splice(0)
    .map(({ to, source }) => `${to} ${/^Subject: .*?(\w+: [\w-]+ at \w+)/m.exec(source)?.[1]}`);
  cpSync(join(mirror.data, 'published', JAR), join(altered.folder, JAR));
  cpSync(join(mirror.data, 'published', JAR), join(poor.folder, JAR));
  const second = await crawlOf(mirror);

  assert.deepEqual(first.brief, [`divergent altered ${JAR}`, `missing poor ${JAR}`]);
  assert.equal(first.summary.exit, 1);
  const { incidents, alerts, crawl } = status.result;
  assert.deepEqual(
    [incidents, alerts],
    [
      { standing: 2, unacknowledged: 2, critical: 1 },
      { waiting: 0, undeliverable: 0 },
    ],
  );
  assert.deepEqual(
    crawl?.mirrors.map(({ name, state, incidents: own }) => [name, state, own]),
    [
      ['good', 'good', 0],
      ['altered', 'bad', 1],
      ['poor', 'good', 1],
    ],
  );
  assert.ok(crawl?.mirrors.every(({ requests_today, promise }) => requests_today > 10 && promise !== null));
  assert.ok(first.findings.every(({ incident, blame }) => incident !== null && blame === 'mirror'));
  assert.deepEqual(list.result.incidents.map(({ verdict, mirror: at }) => `${verdict} ${at}`).sort(), [
    'divergent altered',
    'missing poor',
  ]);
  assert.deepEqual(told.sort(), [
    'altered@example.org critical: divergent at altered',
    'ops@example.org critical: divergent at altered',
    'ops@example.org warning: missing at poor',
  ]);
  assert.deepEqual(second.brief, []);
  assert.equal(second.summary.exit, 0);
  assert.ok(mail.caught.some(({ source }) => /resolved: divergent at altered/.test(source)));
});

test('an assay mirror is compared by its signed inventory', async (t) => {
  if (!needs(t, 'rsync')) return;
  const primary = await startMirror(t);
  const other = await startMirror(t);
  for (const each of [primary, other]) {
    fill(each);
    await each.sync();
  }
  const url = await baseOf(other);
  primary.configure({ mirrors: [{ name: 'other', url }], crawl: { reask_seconds: 0.1 } });

  const { brief, summary } = await crawlOf(primary);

  const [crawled] = summary.result.mirrors as { listed: number; state: string }[];
  assert.deepEqual(brief, []);
  assert.ok((crawled?.listed ?? 0) > 10, JSON.stringify(crawled));
  assert.equal(crawled?.state, 'good');
});

/** Where the server of `get` listens. */
async function baseOf(mirror: Mirror): Promise<string> {
  const { url } = await mirror.get('-/health');
  return new URL('/', url).href;
}

test('an acknowledged incident changes no exit status, and a resolved one comes back with what is still wrong', async (t) => {
  if (!needs(t, 'nginx', 'rsync')) return;
  const mirror = await startMirror(t);
  fill(mirror);
  await mirror.sync();
  const altered = await copyBy(t, mirror, (folder) => alter(folder));
  mirror.configure({ mirrors: [{ name: 'altered', url: altered.url }], crawl: { reask_seconds: 0.1 } });
  const [found] = (await crawlOf(mirror)).findings;
  const id = String(found?.incident);

  await mirror.verb('incidents', 'acknowledge', id, '--note', 'known');
  const quiet = await crawlOf(mirror);
  const ended = await mirror.verb<{ incident: { state: string } }>('incidents', 'resolve', id);
  const again = await crawlOf(mirror);
  const page = await mirror.get(`-/incidents/${id}`);
  const html = await fetch(page.url, { headers: { accept: 'text/html' } });

  assert.equal(quiet.summary.exit, 0);
  assert.equal(ended.result.incident.state, 'resolved');
  assert.equal(again.summary.exit, 1);
  const { incident, timeline } = JSON.parse(page.text) as { incident: { state: string }; timeline: { kind: string }[] };
  assert.equal(incident.state, 'open');
  assert.deepEqual(
    timeline.map(({ kind }) => kind),
    ['opened', 'acknowledged', 'confirmed', 'resolved', 'reopened'],
  );
  assert.match(await html.text(), /<h1>Incident .*cannot see a mirror that lies/s);
  assert.match(html.headers.get('content-type') ?? '', /text\/html/);
});

test('without a tree of its own a bystander compares mirrors with what the origin answers', async (t) => {
  if (!needs(t, 'nginx', 'rsync')) return;
  const source = await startMirror(t);
  fill(source);
  await source.sync();
  const origin = await copyBy(t, source);
  const [good, altered] = [await copyBy(t, source), await copyBy(t, source, (folder) => alter(folder))];
  const home = temporaryFolder(t);
  const configFile = join(home, 'assay.yaml');
  writeFileSync(
    configFile,
    JSON.stringify({
      name: 'bystander.example.org',
      data: join(home, 'data'),
      mirrors: [
        { name: 'good', url: good.url },
        { name: 'altered', url: altered.url },
      ],
      crawl: { reference: 'origin', origin: origin.url, reask_seconds: 0.1, lag_hours: 0 },
    }),
  );
  const bystander = { configFile } as Mirror;

  const first = await crawlOf(bystander);
  alter(origin.folder, 'org/example/other/2.0/other-2.0.jar');
  const second = await crawlOf(bystander);
  const whole = await crawlOf(bystander, '--depth', 'full');

  assert.deepEqual(first.brief, [`divergent altered ${JAR}`]);
  assert.equal(first.summary.result.reference, 'origin');
  assert.deepEqual(second.brief, [`divergent altered ${JAR}`]);
  const rewritten = 'origin-changed (origin) org/example/other/2.0/other-2.0.jar';
  assert.deepEqual(
    whole.brief.filter((line) => !/^(lagging|stale-known) /.test(line)),
    [`divergent altered ${JAR}`, rewritten],
  );
});

test('an origin that shows no folders is read by the metadata of what is asked for', async (t) => {
  if (!needs(t, 'rsync')) return;
  const source = await startMirror(t);
  fill(source);
  await source.sync();
  const [origin, altered] = [
    await startFaultMirror({ folder: join(source.data, 'published'), address: LOOPBACK }),
    await startFaultMirror({ folder: join(source.data, 'published'), address: LOOPBACK }),
  ];
  t.after(() => Promise.all([origin.stop(), altered.stop()]));
  altered.faults.set(JAR, { kind: 'altered' });
  const home = temporaryFolder(t);
  const configFile = join(home, 'assay.yaml');
  writeFileSync(
    configFile,
    JSON.stringify({
      name: 'bystander.example.org',
      data: join(home, 'data'),
      mirrors: [{ name: 'altered', url: altered.url }],
      crawl: { reference: 'origin', origin: origin.url, reask_seconds: 0.1 },
    }),
  );
  const bystander = { configFile } as Mirror;

  const nothing = await crawlOf(bystander);
  const some = await crawlOf(bystander, '--path', 'org/example/tool/');

  assert.deepEqual([nothing.summary.exit, nothing.summary.problems[0]?.code], [3, 'crawl-nothing']);
  assert.deepEqual(some.brief, [`divergent altered ${JAR}`]);
});
