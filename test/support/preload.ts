// Loaded into the process of every test file. A test that leaves a handle or a process behind fails its file: what lingers in a test lingers in
// production.

import { readdirSync, readFileSync } from 'node:fs';
import { after } from 'node:test';
import { isMainThread } from 'node:worker_threads';
import { systemCode } from '../../src/host/error.ts';

const GRACE_MS = 10_000;
const DYING_MS = 2000;
/** Programs that a test starts inherit this, and are known by it even when their parent has gone. */
const MARK = 'ASSAY_TEST_PROCESS';

// Not in the runner's own process, in worker threads, or in a Node.js program that a test starts.
if (isMainThread && process.env.NODE_TEST_CONTEXT?.startsWith('child') === true && process.env[MARK] === undefined) {
  watch();
}

function watch(): void {
  process.env[MARK] = String(process.pid);
  // This hook runs before the file's own ones; they have the grace to close what they hold. An unreferenced timer keeps nothing alive.
  after(() => {
    setTimeout(failOnHandles, GRACE_MS).unref();
  });
  process.on('exit', failOnProcesses);
}

function failOnHandles(): void {
  const kinds = [...new Set(process.getActiveResourcesInfo())];
  process.stderr.write(`The tests have ended, but something keeps their process alive: ${kinds.join(', ')}\n`);
  process.exit(1);
}

function failOnProcesses(): void {
  const left = stillRunning();
  if (left.length === 0) return;
  process.exitCode = 1;
  for (const { pid, command } of left) {
    process.stderr.write(`The tests have ended, but they left process ${pid} running: ${command}\n`);
    kill(pid);
  }
}

interface Running {
  readonly pid: number;
  readonly command: string;
}

/** A process that was killed a moment ago may still be there: it gets the time to die. */
function stillRunning(): Running[] {
  const giveUpAt = performance.now() + DYING_MS;
  for (;;) {
    const left = ourProcesses();
    if (left.length === 0 || performance.now() > giveUpAt) return left;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
}

function ourProcesses(): Running[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return pids.filter(isOurs).map((pid) => ({ pid: Number(pid), command: commandOf(pid) }));
}

function isOurs(pid: string): boolean {
  // After the name in parentheses: state, parent. A zombie has ended.
  const [state, parent] = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  if (state === undefined || state === '' || state === 'Z') return false;
  if (parent === String(process.pid)) return true;
  return read(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${process.pid}`);
}

function commandOf(pid: string): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // It ended while we looked, or it belongs to somebody else.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return '';
    throw error;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}
