// The first step on a fresh machine, in plain JavaScript for Node.js >= 20 without any package: installs the packages, finds the runtime and
// rsync, and hands over to src/main.ts (or to the tests). Speaks on stderr only: stdout belongs to the verb that is run.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOME = dirname(dirname(fileURLToPath(import.meta.url)));
const PACKAGES = join(HOME, 'node_modules');
const TASKS = {
  start: 'src/main.ts',
  test: 'test/run.ts',
  bench: 'test/bench/run.ts',
  soak: 'test/soak/run.ts',
  release: 'release/run.ts',
};
const VERBS_WITH_RSYNC = ['demo', 'daemon', 'sync'];
const USAGE = 2;
const COULD_NOT = 3;
const INSTALL_DEADLINE_MS = 15 * 60_000;
const APT_INSTALL = 'apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 rsync';
const APT = { line: 'apt-get install rsync', steps: ['apt-get update -qq', APT_INSTALL] };
const DNF = { line: 'dnf install rsync', steps: ['dnf install -y rsync'] };

/** What runs now, and the signal that was meant to end it. */
const running = { child: null, interrupted: null };

await bootstrap(process.argv[2] ?? 'start', process.argv.slice(3));

async function bootstrap(task, args) {
  passSignalsOn();
  endWithNpm();
  checkMachine();
  checkTask(task);
  await installPackages();
  const runtime = findRuntime();
  if (task === 'install') return;
  const words = task === 'start' ? withVerb(args) : args;
  if (task === 'start' && wantsRsync(words)) await provideRsync();
  process.exitCode = await handOver(runtime, join(HOME, TASKS[task]), words);
}

/** better-sqlite3 wants glibc 2.34; the Node.js 24 that npm brings exists for glibc on these two processors only. */
function checkMachine() {
  const needs = [];
  if (process.platform !== 'linux') needs.push(`Linux (this is ${process.platform})`);
  else if (!atLeast(glibcVersion(), [2, 34]))
    needs.push(`glibc 2.34 or newer (this is ${glibcVersion() ?? 'another libc'})`);
  if (!['x64', 'arm64'].includes(process.arch)) needs.push(`an x64 or arm64 processor (this is ${process.arch})`);
  if (!atLeast(process.versions.node, [20]))
    needs.push(`Node.js 20 or newer with npm (this is ${process.versions.node})`);
  if (needs.length === 0) return;
  giveUp(USAGE, `needs ${needs.join(', and ')}.`, 'Debian 12, Ubuntu 22.04 and RHEL 9 have a fitting libc.');
}

function glibcVersion() {
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime;
}

/** `install` stops after the packages: what lints and checks types needs no more. */
function checkTask(task) {
  const known = ['install', ...Object.keys(TASKS).filter((name) => existsSync(join(HOME, TASKS[name])))];
  if (known.includes(task)) return;
  giveUp(
    USAGE,
    `There is no ${task} here, only ${known.join(', ')}. Verbs of assay go after start: npm start -- VERB.`,
  );
}

/**
 * `npm install --no-save` and not `npm ci`: it installs the same locked versions, but does not refuse a lock file that leaves out packages for
 * other operating systems.
 */
async function installPackages() {
  if (packagesAreInstalled()) return;
  say('installing packages into node_modules (once, about half a minute)');
  const begun = performance.now();
  // npm writes this list last: without it an installation that is cut short cannot pass for a complete one.
  rmSync(join(PACKAGES, '.package-lock.json'), { force: true });
  // No script of a package runs: everything native comes built, and no compiler is asked for.
  const flags = '--no-save --ignore-scripts --no-audit --no-fund --include=dev --include=optional --loglevel=error';
  const patience = '--fetch-timeout=60000 --fetch-retries=2 --fetch-retry-mintimeout=500 --fetch-retry-factor=3';
  const [npm, ...first] = npmCommand();
  const status = await runStep(npm, [...first, 'install', ...`${flags} ${patience}`.split(' ')], {
    cwd: HOME,
    stdio: ['ignore', 2, 2],
    timeout: INSTALL_DEADLINE_MS,
  });
  if (status !== 0 || !packagesAreInstalled()) {
    giveUp(
      COULD_NOT,
      `The packages could not be installed (npm ended with status ${status}; its own words stand above).`,
      'Needed: a way to the npm registry or to a mirror of it (npm config get registry), about 500 MB of disk, and leave to write here:',
      `  cd ${HOME} && npm install`,
    );
  }
  say(`packages installed in ${Math.round((performance.now() - begun) / 1000)} s`);
}

/** The very npm that started us, if one did. */
function npmCommand() {
  const script = process.env.npm_execpath;
  return script !== undefined && /npm-cli\.c?js$/.test(script) ? [process.execPath, script] : ['npm'];
}

/** True when node_modules holds every locked package that this machine can use, in the locked version. */
function packagesAreInstalled() {
  const locked = readPackages(join(HOME, 'package-lock.json'));
  const installed = readPackages(join(PACKAGES, '.package-lock.json'));
  if (installed === null) return false;
  return Object.entries(locked ?? {}).every(
    ([folder, entry]) => folder === '' || !fitsHere(entry) || installed[folder]?.version === entry.version,
  );
}

function readPackages(file) {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch (error) {
    say(`${file} cannot be read (${error.message})`);
    return null;
  }
}

function fitsHere({ os, cpu, libc }) {
  return (
    (os === undefined || os.includes(process.platform)) &&
    (cpu === undefined || cpu.includes(process.arch)) &&
    (libc === undefined || libc.includes('glibc'))
  );
}

/** The Node.js 24 that npm has put into node_modules, with which everything is tested; else the one we run on, if it is as new. */
function findRuntime() {
  const pinned = join(PACKAGES, '.bin', 'node');
  const found = spawnSync(pinned, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  if (found.status === 0) return pinned;
  if (atLeast(process.versions.node, [24])) return process.execPath;
  return giveUp(
    COULD_NOT,
    `The Node.js 24 that npm should have brought does not run: ${found.error?.message ?? found.stderr.trim()}.`,
    'Delete node_modules and try again, or run assay with a Node.js 24 of your own.',
  );
}

/** Without a verb it is the demo; a plain `--help` or `--version` asks about assay as a whole. */
function withVerb(args) {
  const whole = ['--help', '-h', '--version', '-V'].includes(args[0]);
  return whole || (args.length > 0 && !args[0].startsWith('-')) ? args : ['demo', ...args];
}

function wantsRsync(words) {
  return VERBS_WITH_RSYNC.includes(words[0]) && !words.includes('--help') && !words.includes('-h');
}

async function provideRsync() {
  if (atLeast(rsyncVersion(), [3, 2])) return;
  const installer = [APT, DNF].find(({ steps }) => exists(steps[0].split(' ')[0]));
  if (installer !== undefined && (await mayInstall(installer))) await installRsync(installer);
  if (atLeast(rsyncVersion(), [3, 2])) return;
  giveUp(
    USAGE,
    `needs rsync 3.2 or newer, and ${rsyncVersion() ?? 'none'} is here. Install it and try again:`,
    installer === undefined ? '  rsync, from your distribution' : `  sudo ${installer.line}`,
  );
}

function rsyncVersion() {
  const told = spawnSync('rsync', ['--version'], { encoding: 'utf8', timeout: 30_000 });
  return /^rsync\s+version v?(\d+(?:\.\d+)*)/.exec(told.stdout ?? '')?.[1] ?? null;
}

/** As root without asking; else through sudo, after a yes on a terminal. */
async function mayInstall({ line }) {
  if (process.getuid() === 0) return true;
  if (!exists('sudo') || !process.stdin.isTTY || !process.stderr.isTTY) return false;
  // Not among the imports above: there it would keep an old Node.js from reading this file, and from being told that it is too old.
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => process.exit(statusOf('SIGINT')));
  const answer = await terminal.question(`assay: rsync is needed. Run "sudo ${line}" now? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** A step that fails does not keep the next from its try: old package lists may do. Who calls looks for rsync itself. */
async function installRsync({ line, steps }) {
  say(`installing rsync (${line})`);
  const asRoot = process.getuid() === 0;
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const [command, ...before] = asRoot ? quiet : ['sudo', ...quiet];
  // sudo may ask for a password; nobody else reads what is meant for the verb.
  const stdio = [asRoot ? 'ignore' : 'inherit', 2, 2];
  for (const step of steps) {
    await runStep(command, [...before, ...step.split(' ')], { stdio, timeout: INSTALL_DEADLINE_MS });
  }
}

function exists(command) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => folder !== '' && existsSync(join(folder, command)));
}

/** Relative paths among the arguments mean the folder in which the person typed, which npm has left. */
function handOver(runtime, script, args) {
  const env = { ...process.env, PATH: [join(PACKAGES, '.bin'), process.env.PATH].join(delimiter) };
  // Young garbage is cut short: without it each process lets a hundred megabytes of it stand.
  return run(runtime, ['--max-semi-space-size=8', script, ...args], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env,
    stdio: 'inherit',
  });
}

/** Runs a step of the preparation; when we were told to end meanwhile, nothing comes after it. */
async function runStep(command, args, options) {
  const status = await run(command, args, options);
  if (running.interrupted !== null) process.exit(statusOf(running.interrupted));
  return status;
}

/** The status with which a program ended, 128 + n after signal n. */
function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    running.child = child;
    child.once('error', (error) => {
      say(`${command}: ${error.message}`);
      resolve(127);
    });
    child.once('close', (code, signal) => resolve(code ?? statusOf(signal)));
  }).finally(() => {
    running.child = null;
  });
}

/** Ctrl-C and a closing terminal reach the whole foreground group, the child too: sent on, they would count twice there. */
function passSignalsOn() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (running.child === null) process.exit(statusOf(signal));
      running.interrupted = signal;
      if (signal === 'SIGTERM' || !inForeground()) running.child.kill(signal);
    });
  }
}

/** npm that is killed outright, or by a signal that it does not send on, takes us and the child along. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    // A daemon takes SIGHUP for "read your files again": a closed terminal must still end it.
    if (running.interrupted === null || running.interrupted === 'SIGHUP') process.emit('SIGTERM');
  }, 1000);
  watch.unref();
}

/** Fields 5 and 8 of proc(5) stat: our process group, and the one to which our terminal sends its signals (-1 without a terminal). */
function inForeground() {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return fields[2] === fields[5];
}

function statusOf(signal) {
  return 128 + (constants.signals[signal] ?? 0);
}

function atLeast(version, wanted) {
  const parts = (version ?? '').split('.').map(Number);
  for (const [index, least] of wanted.entries()) {
    const part = parts[index] || 0;
    if (part !== least) return part > least;
  }
  return version != null;
}

function giveUp(status, ...lines) {
  for (const line of lines) say(line);
  process.exit(status);
}

function say(line) {
  process.stderr.write(`assay: ${line}\n`);
}
