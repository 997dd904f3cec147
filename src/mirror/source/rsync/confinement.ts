// The rsync child is a stranger's mouth (DESIGN 3): whoever takes it over finds system programs, a network and the folders named for this one
// run; no state.db, no keys, no other process. Without bubblewrap only the size limits stand, and doctor says so.

import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { runChild } from '../../../host/child.ts';
import { SECOND } from '../../../host/clock.ts';
import { CodedError } from '../../../host/error.ts';

export type Confinement = 'bubblewrap' | 'none';

/** What this machine has. */
export interface Sandbox {
  readonly confinement: Confinement;
  /** util-linux's prlimit: ceilings on the size of a file and of the child's memory. */
  readonly limits: boolean;
  /** rsync 3.2.5 or newer checks the sender's names, quadratically, unless told not to. */
  readonly trustSender: boolean;
}

export interface Bind {
  readonly path: string;
  readonly writable: boolean;
}

/** Not there in a chroot without /proc. */
const OWN_STATUS = '/proc/self/status';
const PROBE_DEADLINE_MS = 10 * SECOND;
/** rsync takes some 100 bytes an entry: enough for the 50 million that a listing may have, and an end for one that never ends. */
const MEMORY_CEILING = 8 * 2 ** 30;
const SYSTEM_FOLDERS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64'];
const SYSTEM_FILES = [
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/nsswitch.conf',
  '/etc/gai.conf',
  '/etc/passwd',
  '/etc/ld.so.cache',
  '/etc/ssl/openssl.cnf',
  '/etc/crypto-policies',
];

// In a user namespace root is root over its own files alone, and staging may belong to another user: root keeps its own, with no right but that.
const ROOT_NAMESPACES = [
  '--unshare-ipc',
  '--unshare-pid',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--cap-drop',
  'ALL',
  '--cap-add',
  'CAP_DAC_OVERRIDE',
  '--cap-add',
  'CAP_FOWNER',
];

/** Whether rsync runs confined on this machine: for doctor and status. Throws `program-not-found` without rsync. */
export async function confinement(signal: AbortSignal): Promise<Confinement> {
  return (await detectSandbox(signal)).confinement;
}

/** Tries the strongest first, with the program itself: what works here works in earnest. Throws `program-not-found` without rsync. */
export async function detectSandbox(signal: AbortSignal): Promise<Sandbox> {
  for (const level of LEVELS) {
    const version = await rsyncVersion(level, signal);
    if (version !== null) return { ...level, trustSender: !isOlder(version) };
  }
  throw new CodedError('program-not-found', 'Could not run rsync.', { remedy: 'Install rsync and look at PATH.' });
}

const LEVELS = [
  { confinement: 'bubblewrap', limits: true },
  { confinement: 'bubblewrap', limits: false },
  { confinement: 'none', limits: true },
  { confinement: 'none', limits: false },
] as const;

/** `command` within the sandbox: it sees `binds` and no other folder of ours, and writes no file beyond `fileCeiling` bytes. */
export function confine(
  sandbox: Pick<Sandbox, 'confinement' | 'limits'>,
  command: readonly string[],
  binds: readonly Bind[],
  fileCeiling: number,
): readonly string[] {
  const limits = sandbox.limits
    ? ['prlimit', `--fsize=${fileCeiling}`, `--as=${MEMORY_CEILING}`, '--core=0', '--']
    : [];
  const walls =
    sandbox.confinement === 'none'
      ? []
      : [...withoutRights(), 'bwrap', ...wallArguments(), ...bindArguments(binds), '--'];
  return [...limits, ...walls, ...command];
}

/** The whole environment of a run; PATH is the caller's, so that rsync is found where it was found before. */
export function childEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

async function rsyncVersion(level: (typeof LEVELS)[number], signal: AbortSignal): Promise<string | null> {
  const [command = '', ...args] = confine(level, ['rsync', '--version'], [], MEMORY_CEILING);
  const lines: string[] = [];
  try {
    const onLine = (line: string) => lines.push(line);
    const exit = await runChild(
      { command, args, env: childEnvironment(), onLine, deadlineMs: PROBE_DEADLINE_MS },
      signal,
    );
    signal.throwIfAborted();
    return exit.kind === 'exited' && exit.status === 0 ? (lines[0] ?? '') : null;
  } catch (error) {
    // One of the programs of this level is not installed: the next level does without it.
    if (error instanceof CodedError && error.code === 'program-not-found') return null;
    throw error;
  }
}

/** `rsync  version 3.2.4  protocol version 31` */
function isOlder(versionLine: string): boolean {
  const [, major = '0', minor = '0', patch = '0'] = /version v?(\d+)\.(\d+)\.(\d+)/.exec(versionLine) ?? [];
  return Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch) < 3_002_005;
}

/**
 * systemd gives the daemon the right to listen below 1024 in a way that children inherit (capabilities(7), ambient). rsync has no use for it, and
 * bubblewrap refuses to begin with it.
 */
function withoutRights(): string[] {
  const ambient = existsSync(OWN_STATUS)
    ? /^CapAmb:\s*([0-9a-f]+)$/m.exec(readFileSync(OWN_STATUS, 'utf8'))?.[1]
    : null;
  return /^0*$/.test(ambient ?? '') ? [] : ['setpriv', '--ambient-caps=-all', '--inh-caps=-all', '--'];
}

function wallArguments(): string[] {
  return [
    ...(process.getuid?.() === 0 ? ROOT_NAMESPACES : ['--unshare-all', '--share-net', '--cap-drop', 'ALL']),
    '--die-with-parent',
    '--new-session',
    '--ro-bind',
    '/usr',
    '/usr',
    ...SYSTEM_FOLDERS.flatMap(systemFolder),
    ...SYSTEM_FILES.flatMap((file) => ['--ro-bind-try', file, file]),
    '--dev',
    '/dev',
    '--tmpfs',
    '/tmp',
  ];
}

/** `/bin` is a link to `usr/bin` on merged systems and a folder of its own on others. */
function systemFolder(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

function bindArguments(binds: readonly Bind[]): string[] {
  const folders = binds.flatMap(({ path, writable }) => [writable ? '--bind' : '--ro-bind', path, path]);
  return [...folders, '--chdir', '/'];
}
