// Listening sockets that a service manager holds while daemons come and go, as systemd does with assay.socket.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../src/demo/world.ts';
import { startMirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { eventually } from '../support/running-daemon.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');
const HOST = '127.0.0.1';
/** Listens, and starts the same daemon twice, one after the other: sd_listen_fds(3). What it says is the pid of each. */
const MANAGER = `use Socket; $^F = 10; $| = 1; my $port = shift; close STDIN; open STDIN, '<', '/dev/null';
  socket(my $s, AF_INET, SOCK_STREAM, 0) or die; setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
  bind($s, sockaddr_in($port, inet_aton('127.0.0.1'))) or die; listen($s, 128) or die;
  die if fileno($s) != 3;
  for (1, 2) { my $pid = fork; if (!$pid) { $ENV{LISTEN_PID} = $$; $ENV{LISTEN_FDS} = 1; exec @ARGV; die; } print "$pid\\n"; waitpid $pid, 0; }`;

test('who asks while the daemon is started anew waits, and is answered', async (t) => {
  if (!needs(t, 'rsync', 'perl')) return;
  const port = await freePort(HOST);
  const serve = { listen: [`${HOST}:${port}`], plain_http: true, access_log: null, processes: 2 };
  const mirror = await startMirror(t, { sections: { serve } });
  mirror.origin.release('tool', '1.0');
  await mirror.sync();
  const url = `http://${HOST}:${port}/org/example/tool/1.0/tool-1.0.pom`;
  const argv = ['-e', MANAGER, String(port), process.execPath, MAIN, 'daemon', '--config', mirror.configFile];
  const manager = spawn('perl', argv, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((done) => manager.once('close', done));
  t.after(async () => {
    const last = pids().at(-1);
    if (manager.exitCode === null && last !== undefined) process.kill(last, 'SIGKILL');
    manager.kill('SIGKILL');
    await ended;
  });
  let said = '';
  manager.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const pids = () => said.split('\n').filter(Boolean).map(Number);
  await eventually(() => pids().length === 1, 'the first daemon is started');
  const first = await (await fetch(url)).text();

  const answers: Promise<number>[] = [];
  process.kill(pids()[0] ?? -1, 'SIGTERM');
  while (pids().length < 2 || answers.length < 100) {
    answers.push(
      fetch(url, { headers: { connection: 'close' } }).then(async (answer) =>
        (await answer.text()) === first ? answer.status : 0,
      ),
    );
    await wait(10);
  }

  const statuses = await Promise.all(answers);
  assert.deepEqual([...new Set(statuses)], [200]);
  process.kill(pids()[1] ?? -1, 'SIGTERM');
  await ended;
});
