// A client whose machine is cut off says nothing any more, not even that it goes.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { renderMetrics } from '../../../src/host/metrics.ts';
import { DEADLINES } from '../../../src/mirror/serve/listener.ts';
import { needs } from '../../support/needs.ts';
import type { Planted } from './planted.ts';
import { POM_PATH } from './request-row.ts';
import { serve } from './running.ts';

const DEADLINE_MS = 50_000;

it('an idle connection to a machine that was cut off is noticed and ended', async (t) => {
  if (!needs(t, 'netns', 'curl')) return;
  const wire = layWire(t);
  // Nothing but TCP keep-alive may end it within the test.
  const deadlines = { ...DEADLINES, idle: 600_000, stalled: 600_000, keepAlive: 1000 };
  const { server, planted } = await serve(t, { listen: [`${wire.here}:0`], deadlines });
  const client = inside(
    t,
    wire,
    `exec 3<>/dev/tcp/${wire.here}/${server.port}; printf 'GET ${POM_PATH} HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n' >&3; read -r line <&3; echo "$line"; sleep 300`,
  );
  const line = await firstLine(client);
  const before = await connections(planted);

  wire.cut();
  const begun = performance.now();
  while ((await connections(planted)) > 0 && performance.now() - begun < DEADLINE_MS) await wait(100);

  assert.match(line, /^HTTP\/1\.1 200/);
  assert.equal(before, 1);
  assert.equal(await connections(planted), 0);
});

interface Wire {
  readonly name: string;
  readonly here: string;
  /** Both ends lose it without a word. */
  cut(): void;
}

/** A network namespace with one wire to us; both are gone after the test. */
function layWire(t: TestContext): Wire {
  const name = `assay${process.pid}`;
  const ip = (...args: string[]) => {
    const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8', timeout: 10_000 });
    if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  };
  const third = process.pid % 250;
  ip('netns', 'add', name);
  t.after(() => ip('netns', 'delete', name));
  ip('link', 'add', `${name}a`, 'type', 'veth', 'peer', 'name', 'far0', 'netns', name);
  ip('addr', 'add', `10.213.${third}.1/30`, 'dev', `${name}a`);
  ip('link', 'set', `${name}a`, 'up');
  ip('-n', name, 'addr', 'add', `10.213.${third}.2/30`, 'dev', 'far0');
  ip('-n', name, 'link', 'set', 'far0', 'up');
  return { name, here: `10.213.${third}.1`, cut: () => ip('-n', name, 'link', 'set', 'far0', 'down') };
}

function inside(t: TestContext, wire: Wire, script: string) {
  const child = spawn('ip', ['netns', 'exec', wire.name, 'bash', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise((done) => child.once('close', done));
  t.after(async () => {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
  });
  return child;
}

function firstLine(child: ReturnType<typeof inside>): Promise<string> {
  return new Promise((done) => child.stdout.once('data', (chunk: Buffer) => done(chunk.toString())));
}

async function connections(planted: Planted): Promise<number> {
  const text = await renderMetrics(planted.rooms.figures.families());
  return Number(/^assay_http_connections (\d+)$/m.exec(text)?.[1]);
}
