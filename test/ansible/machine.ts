// A bare Debian 12, debootstrapped from the mirror that this machine itself installs from, and booted in a container: systemd, ssh, nothing of ours.
// Container, certificate authority, origin and clients share one network that holds nothing but loopback: what it installs must lie on the machine.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { MINUTE } from '../../src/host/clock.ts';
import { ALONE } from '../support/container.ts';
import { runTool, type ToolRun } from '../support/tool-run.ts';
import type { Variables } from './play.ts';

const SUITE = 'bookworm';
const BARE = ['systemd-sysv', 'dbus', 'openssh-server', 'iproute2', 'nftables', 'python3-minimal', 'python3-apt'];
/** What the playbook installs: fetched while there is a network. */
const WANTED = ['bubblewrap', 'ca-certificates', 'certbot', 'logrotate', 'nginx-light', 'openssl', 'rsync'];
const ENVIRONMENT = { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, DEBIAN_FRONTEND: 'noninteractive' };
const BOOT_MS = 3 * MINUTE;
/** Lets in ssh, what stands beside the machine in its network, and nginx's way to assay; the playbook must open what clients come by. */
const FIREWALL = `flush ruleset
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    tcp dport { 22, 8081, 8730, 14000, 15000 } accept
  }
}
`;

export interface Machine {
  /** Its root directory, as seen from here. */
  readonly tree: string;
  /** Put before a command that belongs into its network. */
  readonly within: readonly string[];
  /** How Ansible reaches it. */
  readonly variables: Variables;
  ssh(...words: string[]): Promise<ToolRun>;
  /** Runs in its network, beside it, until the test has ended; what it says is also in beside.log. */
  start(
    program: string,
    words: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>>; readonly hears?: boolean },
  ): ChildProcess;
  /** In its network, to its end. */
  run(program: string, ...words: string[]): Promise<ToolRun>;
  /**
   * Resolves when ssh answers and systemd has started all it starts; of another boot than `since`, where that is given. Returns the time of
   * the boot, which no two have in common. */
  booted(since?: string): Promise<string>;
}

/** Makes the tree, a minute's work, and boots it; gone with the test, or with this process. `names` are the machine's own in its network. */
export async function bootMachine(
  t: Pick<TestContext, 'after'>,
  home: string,
  names: readonly string[],
): Promise<Machine> {
  const tree = join(home, 'machine');
  await makeTree(tree);
  const key = join(home, 'id');
  check(await runTool('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key], { cwd: home, env: {} }));
  mkdirSync(join(tree, 'root/.ssh'), { recursive: true, mode: 0o700 });
  copyFileSync(`${key}.pub`, join(tree, 'root/.ssh/authorized_keys'));
  const hosts = `127.0.0.1 localhost machine ${names.join(' ')}\n`;
  for (const file of [join(tree, 'etc/hosts'), join(home, 'hosts')]) writeFileSync(file, hosts);
  writeFileSync(join(tree, 'etc/hostname'), 'machine\n');
  writeFileSync(join(tree, 'etc/nftables.conf'), FIREWALL);
  const holder = hold(home, tree);
  t.after(async () => {
    if (holder.exitCode === null && holder.signalCode === null) {
      const ended = new Promise((done) => holder.once('close', done));
      holder.kill('SIGKILL');
      await ended;
    }
  });
  return await machineOf(holder, { home, tree, key });
}

interface Places {
  readonly home: string;
  readonly tree: string;
  readonly key: string;
}

async function makeTree(tree: string): Promise<void> {
  const long = { cwd: '/', env: ENVIRONMENT, timeoutMs: 8 * MINUTE };
  check(
    await runTool(
      'debootstrap',
      ['--variant=minbase', `--include=${BARE.join(',')}`, SUITE, tree, ...mirrorInUse()],
      long,
    ),
  );
  check(await runTool('chroot', [tree, 'apt-get', '-q', 'update'], long));
  // What a crash of this machine would cost is the trial.
  writeFileSync(join(tree, 'etc/dpkg/dpkg.cfg.d/hasty'), 'force-unsafe-io\n');
  const fetch = ['apt-get', '-q', '-y', '--no-install-recommends', '--download-only', 'install', ...WANTED];
  check(await runTool('chroot', [tree, ...fetch], long));
  check(await runTool('systemctl', [`--root=${tree}`, 'enable', 'nftables.service'], long));
}

/** The first that apt has for this suite; else the one that debootstrap knows. */
function mirrorInUse(): string[] {
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', '$(RELEASE) $(REPO_URI)'], { encoding: 'utf8' });
  const line = (stdout ?? '').split('\n').find((each) => each.startsWith(`${SUITE} `));
  return line?.split(' ').slice(1, 2) ?? [];
}

/**
 * What systemd-nspawn keeps of a container is in memory, and of this one alone: it starts none anew whose traces lie on a disk.
 * Network, mounts and processes of its own, all of which go with the one process here, and that one with this test.
 */
function hold(home: string, tree: string): ChildProcess {
  const log = join(home, 'boot.log');
  // Status 133: the machine was told to start again.
  const script = `ip link set lo up && mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd && mount --bind "$1/hosts" /etc/hosts || exit
    while systemd-nspawn --quiet --boot --directory="$2" --register=no --keep-unit --machine="assay-test-$3" --capability=CAP_NET_ADMIN \\
      --console=pipe </dev/null >>"$4" 2>&1; test $? = 133; do :; done`;
  writeFileSync(log, '');
  return spawn(
    'setpriv',
    ['--pdeathsig', 'SIGKILL', 'unshare', ...ALONE, 'sh', '-c', script, 'sh', home, tree, String(process.pid), log],
    { stdio: 'ignore', env: { ...process.env, ...ENVIRONMENT } },
  );
}

async function machineOf(holder: ChildProcess, { home, tree, key }: Places): Promise<Machine> {
  const inside = await firstChild(holder);
  const within = ['nsenter', '--target', inside, '--net', '--mount', '--pid'];
  const options = ['StrictHostKeyChecking=no', `UserKnownHostsFile=${join(home, 'known_hosts')}`, 'ConnectTimeout=10'];
  const flags = ['-i', key, ...options.flatMap((option) => ['-o', option])];
  const run: Machine['run'] = (program, ...words) =>
    runTool('nsenter', [...within.slice(1), program, ...words], { cwd: '/', env: ENVIRONMENT });
  const ssh: Machine['ssh'] = (...words) => run('ssh', '-o', 'LogLevel=ERROR', ...flags, 'root@127.0.0.1', ...words);
  return {
    tree,
    within,
    ssh,
    run,
    variables: {
      ansible_host: '127.0.0.1',
      ansible_user: 'root',
      ansible_ssh_private_key_file: key,
      ansible_ssh_common_args: flags.slice(2).join(' '),
      ansible_python_interpreter: '/usr/bin/python3',
    },
    start(program, words, { env = {}, hears = false } = {}) {
      const child = spawn('nsenter', [...within.slice(1), program, ...words], {
        cwd: '/',
        env: { ...process.env, ...ENVIRONMENT, ...env },
        // rsync takes a socket there, and pipes of Node.js are sockets, for a client of its own.
        stdio: [hears ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk: Buffer) => appendFileSync(join(home, 'beside.log'), chunk));
      return child;
    },
    async booted(since = '') {
      const giveUpAt = performance.now() + BOOT_MS;
      for (;;) {
        const { output } = await ssh(
          'systemctl show --property=UserspaceTimestampMonotonic --value; systemctl is-system-running',
        );
        const [, boot = '', state = ''] = /^(\d+)\n(running|degraded)$/m.exec(output) ?? [];
        if (boot !== '' && boot !== since && state !== '') return boot;
        if (performance.now() > giveUpAt)
          throw new Error(
            `The machine did not boot: ${output}\n${readFileSync(join(home, 'boot.log'), 'utf8').slice(-2000)}`,
          );
        await wait(500);
      }
    },
  };
}

async function firstChild(holder: ChildProcess): Promise<string> {
  const list = `/proc/${holder.pid}/task/${holder.pid}/children`;
  for (let tries = 0; tries < 200; tries += 1) {
    if (holder.exitCode !== null) break;
    const [child = ''] = readFileSync(list, 'utf8').split(' ');
    // As setpriv it has none; its child is ours when it has left our network.
    if (child !== '') return child;
    await wait(50);
  }
  throw new Error('systemd-nspawn did not start');
}

function check({ status, output }: ToolRun): void {
  if (status !== 0) throw new Error(`status ${status}: ${output.slice(-2000)}`);
}
