// What systemd would hear: a Unix datagram socket, listened to by Perl, because Node.js has no such sockets.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './folder.ts';

const LISTENER = `use Socket; $| = 1; socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die; bind($s, sockaddr_un($ARGV[0])) or die;
  print "listening\\n"; while (1) { recv($s, my $m, 65536, 0); $m =~ s/\\n/ | /g; print "$m\\n"; }`;

export interface ServiceManager {
  readonly socket: string;
  /** Everything heard so far, a message each; what only asks whether it was heard is left out. */
  readonly heard: readonly string[];
  /** Resolves with the first message from now on, or from `since` messages on, in which `pattern` is found. */
  hears(pattern: RegExp, since?: number): Promise<string>;
}

export async function serviceManager(t: Pick<TestContext, 'after'>): Promise<ServiceManager> {
  const socket = join(temporaryFolder(t), 'notify');
  const child = spawn('perl', ['-e', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const heard: string[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    heard.push(...lines.filter((line) => line !== 'BARRIER=1'));
    for (const look of waiting) look();
  });
  const hears: ServiceManager['hears'] = (pattern, since = heard.length) =>
    new Promise((done) => {
      const look = () => {
        const found = heard.slice(since).find((message) => pattern.test(message));
        if (found === undefined) return;
        waiting.delete(look);
        done(found);
      };
      waiting.add(look);
      look();
    });
  await hears(/^listening$/, 0);
  return { socket, heard, hears };
}
