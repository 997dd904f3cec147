// What rsync is told. Every flag has its reason here; measured ones in the order of their weight. No password ever stands in an argument.

import { listingFormat } from './listing-line.ts';
import type { Origin } from './origin.ts';

export interface Ssh {
  readonly user: string;
  readonly keyFile: string;
  readonly knownHosts: string;
}

/** What holds for every run against one origin. */
export interface Connection {
  readonly origin: Origin;
  readonly ssh: Ssh | null;
  /** The name or address to connect to: the origin's own host, or a remembered address when its name does not resolve. */
  readonly host: string;
  readonly ioTimeoutSeconds: number;
}

const CONNECT_SECONDS = 30;
/** First segments that the gate never takes from a source (DESIGN 5.2): not listed, except `-`, which is reported; never fetched. */
const RESERVED = ['.meta', '.well-known', '.index'];

export interface ListingPlan {
  readonly token: string;
  readonly emptyFolder: string;
  /** Folders that are not to be listed at all, without slashes at their ends. */
  readonly excludedPrefixes: readonly string[];
}

/** Lists everything, links with their targets, against an empty folder. Never `--safe-links`: it loses links without a word. */
export function listingArguments(connection: Connection, plan: ListingPlan): string[] {
  return [
    '--recursive',
    '--links',
    '--times',
    '--omit-dir-times',
    '--dry-run',
    ...connectionArguments(connection),
    `--out-format=${listingFormat(plan.token)}`,
    ...[...RESERVED, ...plan.excludedPrefixes].map(excludeArgument),
    '--',
    source(connection),
    `${plan.emptyFolder}/`,
  ];
}

export interface FetchPlan {
  readonly token: string;
  readonly staging: string;
  /** File with the wanted names, NUL after each; null for the whole tree. */
  readonly namesFile: string | null;
  /** `whole` sends files whole, `resume` only what staging lacks, `fresh` whole whatever staging holds, `seed` what the seed lacks. */
  readonly basis: 'whole' | 'resume' | 'fresh' | { readonly seed: string };
  readonly maxFileBytes: number;
  readonly bandwidthKibPerSecond: number;
  readonly excludedPrefixes: readonly string[];
  readonly trustSender: boolean;
}

/**
 * Brings regular files, 0644, with their times. `--inplace`: all else loses a half-fetched file when it is killed. `--trust-sender`: without it the
 * check of names against the list is quadratic; our path grammar has checked the names, and the child sees nothing but staging.
 */
export function fetchArguments(connection: Connection, plan: FetchPlan): string[] {
  return [
    '--recursive',
    '--times',
    '--omit-dir-times',
    '--perms',
    '--chmod=D0755,F0644',
    '--no-links',
    '--no-devices',
    '--no-specials',
    '--inplace',
    ...(plan.trustSender ? ['--trust-sender'] : []),
    ...basisArguments(plan.basis),
    ...connectionArguments(connection),
    `--max-size=${plan.maxFileBytes}`,
    ...(plan.bandwidthKibPerSecond > 0 ? [`--bwlimit=${Math.ceil(plan.bandwidthKibPerSecond)}`] : []),
    `--out-format=${plan.token}%i %b %l %n//`,
    ...['-', ...RESERVED, ...plan.excludedPrefixes].map(excludeArgument),
    ...namesArguments(plan.namesFile),
    '--',
    source(connection),
    `${plan.staging}/`,
  ];
}

export interface ComparisonPlan {
  readonly token: string;
  readonly folder: string;
  readonly namesFile: string;
  readonly trustSender: boolean;
}

/** Names, without fetching, the files whose content differs from the folder's. */
export function comparisonArguments(connection: Connection, plan: ComparisonPlan): string[] {
  return [
    '--dry-run',
    '--checksum',
    ...(plan.trustSender ? ['--trust-sender'] : []),
    ...connectionArguments(connection),
    `--out-format=${plan.token}%i %b %l %n//`,
    ...namesArguments(plan.namesFile),
    '--',
    source(connection),
    `${plan.folder}/`,
  ];
}

/** As bytes for `--files-from --from0`. rsync takes a line that begins with `#` or `;` for a comment, even there. */
export function namesFileBytes(paths: readonly string[]): Buffer {
  const names = paths.map((path) => (/^[#;]/.test(path) ? `./${path}` : path));
  return Buffer.from(names.length === 0 ? '' : `${names.join('\0')}\0`, 'utf8');
}

// Size and time prove nothing: of a seed, which is a stranger's, nor of what an earlier run left, for after a power cut a file may have both and
// hold zeros. `--ignore-times` has every such file compared block by block with what the origin holds.
function basisArguments(basis: FetchPlan['basis']): string[] {
  if (basis === 'whole') return ['--whole-file'];
  if (basis === 'fresh') return ['--whole-file', '--ignore-times'];
  if (basis === 'resume') return ['--no-whole-file', '--ignore-times'];
  return ['--no-whole-file', '--ignore-times', `--copy-dest=${basis.seed}`];
}

function namesArguments(namesFile: string | null): string[] {
  // A name that the origin has lost since the plan would otherwise end the run with 23.
  return namesFile === null ? [] : [`--files-from=${namesFile}`, '--from0', '--ignore-missing-args'];
}

/** Names as they are (`-8`), no greeting text among the lines, a deadline on each wait, TCP keep-alive. */
function connectionArguments(connection: Connection): string[] {
  const overShell = connection.ssh !== null || connection.origin.kind === 'shell';
  return [
    '--8-bit-output',
    '--no-motd',
    '--stats',
    `--timeout=${connection.ioTimeoutSeconds}`,
    ...(overShell
      ? [`--rsh=${remoteShell(connection)}`]
      : [`--contimeout=${CONNECT_SECONDS}`, '--sockopts=SO_KEEPALIVE']),
  ];
}

function source({ origin, host, ssh }: Connection): string {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  if (origin.kind === 'shell') return `${bracketed}:${origin.path}`;
  const user = origin.user === null ? '' : `${origin.user}@`;
  // Through ssh the port is ssh's own, and stands in its command.
  const port = origin.port === null || ssh !== null ? '' : `:${origin.port}`;
  return `rsync://${user}${bracketed}${port}/${origin.path}`;
}

/** Only the pinned key of the host is believed, only the given key shown, nothing asked, no configuration of the user's read. */
function remoteShell({ origin, ssh, host }: Connection): string {
  const port = origin.port ?? 22;
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'IdentitiesOnly=yes',
    'ClearAllForwardings=yes',
    `ConnectTimeout=${CONNECT_SECONDS}`,
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
    'TCPKeepAlive=yes',
    ...(ssh === null ? [] : [`IdentityFile=${sshPath(ssh.keyFile)}`, `UserKnownHostsFile=${sshPath(ssh.knownHosts)}`]),
    ...(host === origin.host ? [] : [`HostKeyAlias=${port === 22 ? origin.host : `[${origin.host}]:${port}`}`]),
  ];
  const user = ssh?.user ?? origin.user;
  const words = ['ssh', '-F', '/dev/null', '-T', '-p', String(port), ...options.flatMap((option) => ['-o', option])];
  return [...words, ...(user === null ? [] : ['-l', user])].map(shellWord).join(' ');
}

/** ssh reads its options' values once more: blanks part files, `%` begins a token. */
function sshPath(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}

/** rsync parts `--rsh` at blanks itself, without a shell; within quotes a doubled quote stands for one. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
}

/** One folder or file at the root of the transfer, and all below it. */
function excludeArgument(prefix: string): string {
  const literal = /[*?[]/.test(prefix) ? prefix.replace(/[\\*?[]/g, '\\$&') : prefix;
  return `--exclude=/${literal}`;
}
