import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { SECOND } from './clock.ts';
import { CodedError, systemCode } from './error.ts';

export interface ChildOptions {
  readonly command: string;
  /** Each argument as the program gets it; no shell ever reads them. */
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment: nothing is inherited unless it stands here. */
  readonly env: Readonly<Record<string, string>>;
  /** Bytes for standard input, which is closed after them; without, standard input is empty. */
  readonly input?: string | Uint8Array;
  /** A file descriptor that takes standard output; without, it goes line by line to `onLine`. */
  readonly stdoutTo?: number;
  readonly onLine?: (line: string) => void;
  /** Lets everybody else have the processor first: for work that nobody waits for. */
  readonly inBackground?: boolean;
  readonly deadlineMs: number;
}

/** How a program ended. The first reason to stop wins; `stderr` holds the last 16 KiB. */
export type Exit =
  | { readonly kind: 'exited'; readonly status: number; readonly stderr: string }
  | { readonly kind: 'killed'; readonly by: NodeJS.Signals; readonly stderr: string }
  | { readonly kind: 'deadline'; readonly stderr: string }
  | { readonly kind: 'aborted'; readonly stderr: string };

const STDERR_CEILING = 16 * 1024;
const GRACE_MS = 5 * SECOND;

/**
 * Runs a program in a process group of its own and waits for its end. At the deadline, or on abort, the whole group gets SIGTERM and five
 * seconds later SIGKILL: a grandchild that ignores the first must not outlive us. Throws `program-not-found` when there is no such program.
 */
export async function runChild(options: ChildOptions, signal: AbortSignal): Promise<Exit> {
  if (signal.aborted) return { kind: 'aborted', stderr: '' };
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', options.stdoutTo ?? 'pipe', 'pipe'],
  });
  if (options.inBackground === true) yieldTo(child);
  const stderr = collectTail(child.stderr);
  readLines(child.stdout, options.onLine);
  feed(child, options.input);
  const stopped = stopOn(child, options.deadlineMs, signal);
  try {
    const [status, by] = await ended(child, options.command);
    if (stopped.reason !== null) return { kind: stopped.reason, stderr: stderr() };
    if (by !== null) return { kind: 'killed', by, stderr: stderr() };
    return { kind: 'exited', status: status ?? -1, stderr: stderr() };
  } finally {
    stopped.release();
  }
}

/** Nice 10: a tenth of the processor when somebody else wants it, all of it otherwise. */
const BACKGROUND = 10;

function yieldTo(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, BACKGROUND);
  } catch (error) {
    // It has ended already.
    if (systemCode(error) !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

function ended(child: ChildProcess, command: string): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(
        new CodedError('program-not-found', `Could not run ${command}.`, {
          cause,
          remedy: `Install ${command} and look at PATH.`,
        }),
      );
    });
    child.once('close', (status, by) => resolve([status, by]));
  });
}

function collectTail(stream: Readable | null): () => string {
  let tail = Buffer.alloc(0);
  stream?.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]);
    if (tail.length > STDERR_CEILING) tail = tail.subarray(tail.length - STDERR_CEILING);
  });
  return () => tail.toString('utf8').trim();
}

function readLines(stream: Readable | null, onLine: ((line: string) => void) | undefined): void {
  if (stream === null) return;
  if (onLine === undefined) {
    stream.resume();
    return;
  }
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}

function feed(child: ChildProcess, input: string | Uint8Array | undefined): void {
  if (input === undefined || child.stdin === null) return;
  // A child that ends before it has read all of its input gives EPIPE here; its exit status says why it ended.
  child.stdin.on('error', () => child.stdin?.destroy());
  child.stdin.end(input);
}

interface Stop {
  reason: 'deadline' | 'aborted' | null;
  release(): void;
}

function stopOn(child: ChildProcess, deadlineMs: number, signal: AbortSignal): Stop {
  let kill: NodeJS.Timeout | undefined;
  const end = (reason: 'deadline' | 'aborted') => {
    if (stop.reason !== null) return;
    stop.reason = reason;
    signalGroup(child, 'SIGTERM');
    kill = setTimeout(() => {
      signalGroup(child, 'SIGKILL');
      // A grandchild that left the group may hold our end of a pipe open for as long as it likes: we wait for the child, not for that.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
    }, GRACE_MS);
  };
  const onAbort = () => end('aborted');
  const timer = setTimeout(() => end('deadline'), Math.min(deadlineMs, 2 ** 31 - 1));
  signal.addEventListener('abort', onAbort, { once: true });
  const stop: Stop = {
    reason: null,
    release: () => {
      clearTimeout(timer);
      clearTimeout(kill);
      signal.removeEventListener('abort', onAbort);
    },
  };
  return stop;
}

/** Signals the child's whole process group; a group that has ended meanwhile is no error. */
function signalGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
    throw error;
  }
}
