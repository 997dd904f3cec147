import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../../src/demo/loopback.ts';
import { systemClock } from '../../../src/host/clock.ts';
import { alertmanager } from '../../../src/watch/alert/channel/alertmanager.ts';
import { mailChannel } from '../../../src/watch/alert/channel/mail.ts';
import { messageOf } from '../../../src/watch/alert/message.ts';
import { client, LOOPBACK, NEVER } from '../../host/http-peer.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { needs } from '../../support/needs.ts';
import { FINDING, INCIDENT } from './incidents.ts';

const SPEAKER = { name: 'mirror.example.org', pages: null };
const DEADLINE_MS = 30_000;

interface Runner {
  readonly folder: string;
  run(command: string, args: readonly string[]): void;
}

/** A folder, and programs in it: they are ended before it is removed. */
function runner(t: TestContext): Runner {
  const children: ChildProcess[] = [];
  t.after(async () => {
    for (const child of children) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }
  });
  const folder = temporaryFolder(t);
  return { folder, run: (command, args) => void children.push(spawn(command, args, { cwd: folder, stdio: 'ignore' })) };
}

/** Asks until it is so: both programs need a moment to start. */
async function until<T>(look: () => Promise<T | null> | T | null): Promise<T> {
  const giveUpAt = performance.now() + DEADLINE_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    assert.ok(performance.now() < giveUpAt, 'it did not come to that');
    await wait(100);
  }
}

test('mail arrives at a mail server that is not ours', async (t) => {
  if (!needs(t, 'aiosmtpd')) return;
  const { folder, run } = runner(t);
  const port = await freePort(LOOPBACK);
  const box = join(folder, 'box');
  run('aiosmtpd', ['-n', '-l', `${LOOPBACK}:${port}`, '-c', 'aiosmtpd.handlers.Mailbox', box]);
  const account = { user: null, password: null, ca: null };
  const letters = { from: 'a@example.org', to: ['b@example.org'], name: 'mirror.example.org' };
  const channel = mailChannel({ smtp: `smtp://${LOOPBACK}:${port}`, ...account, ...letters }, systemClock);
  const body = { kind: 'incident', event: 'opened', incident: INCIDENT, finding: null, threadKey: null } as const;
  const letter = { key: 'k', body, message: messageOf(body, SPEAKER) };

  await until(async () => ((await channel.send(letter, NEVER)).kind === 'sent' ? true : null));

  const [name = ''] = readdirSync(join(box, 'new'));
  const mail = readFileSync(join(box, 'new', name), 'utf8');
  assert.match(mail, /^Subject: \[assay mirror\.example\.org\] critical: divergent at alpha/m);
  assert.ok(mail.includes('b'.repeat(64)));
});

interface Alert {
  readonly labels: Record<string, string>;
  readonly status: { readonly state: string };
  readonly startsAt: string;
  readonly annotations: Record<string, string>;
}

test('an incident fires at Alertmanager for as long as it is posted as standing, and once ends there', async (t) => {
  if (!needs(t, 'prometheus-alertmanager')) return;
  const { folder, run } = runner(t);
  const port = await freePort(LOOPBACK);
  writeFileSync(join(folder, 'config.yml'), 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
  const address = `--web.listen-address=${LOOPBACK}:${port}`;
  const args = ['--config.file=config.yml', '--storage.path=data', address, '--cluster.listen-address='];
  run('prometheus-alertmanager', args);
  const url = `http://${LOOPBACK}:${port}`;
  const http = client(t);
  const poster = alertmanager({ url, ca: null }, http);
  const now = Date.now();
  const standing = { ...INCIDENT, openedAt: now - 60_000 };
  const fires = async () => {
    const outcome = await http.ask(
      { method: 'GET', url: `${url}/api/v2/alerts`, ceilingBytes: 1 << 20, keep: true },
      NEVER,
    );
    return outcome.kind === 'answer' ? (JSON.parse(outcome.body.bytes.toString()) as Alert[]) : [];
  };

  await until(async () =>
    (await poster.post([{ incident: standing, finding: FINDING }], SPEAKER, now, NEVER)).kind === 'sent' ? true : null,
  );
  await poster.post([{ incident: standing, finding: FINDING }], SPEAKER, now + 1000, NEVER);
  const [alert, ...others] = await until(async () => {
    const all = await fires();
    return all.length > 0 ? all : null;
  });
  await poster.post(
    [{ incident: { ...standing, state: 'resolved', resolvedAt: now }, finding: null }],
    SPEAKER,
    now + 2000,
    NEVER,
  );
  await until(async () => ((await fires()).length === 0 ? true : null));

  assert.deepEqual(others, []);
  assert.equal(alert?.status.state, 'active');
  assert.equal(alert?.labels.alertname, 'AssayIncident');
  assert.equal(alert?.labels.incident, INCIDENT.id);
  assert.equal(alert?.labels.mirror, 'alpha');
  assert.match(alert?.annotations.description ?? '', /https:\/\/cdn\.example\.net\/a-1\.0\.jar/);
});
