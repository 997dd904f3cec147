import type { Serializable } from 'node:child_process';
import { type ChildProcess, fork } from 'node:child_process';
import { SECOND } from './clock.ts';
import { type Conversation, converse } from './conversation.ts';
import { CodedError } from './error.ts';

export type { Conversation } from './conversation.ts';

/** A second process of this program, which talks by messages and ends when its parent does. */
export interface Forked {
  readonly pid: number;
  /** The child's first message: it is ready. Throws `process-failed` when it ends before. */
  readonly ready: Promise<unknown>;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<{ readonly status: number | null; readonly by: NodeJS.Signals | null }>;
  /** Asks it to end, and kills it after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** After it is ready. */
  readonly talk: Conversation;
}

const READY_DEADLINE_MS = 30 * SECOND;

/** Descriptors that a child finds behind those that every child has. */
export const FIRST_HANDED = 4;

/**
 * Starts `module` with `task` as its first message. Its standard error is ours; it also gets `handed`, descriptors of this process, from
 * FIRST_HANDED on in their order.
 */
export function forkModule(module: URL, task: Serializable, handed: readonly number[] = []): Forked {
  const child = fork(module, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc', ...handed],
    // Young garbage is cut short: without it each process lets a hundred megabytes of it stand.
    execArgv: ['--max-semi-space-size=8'],
    serialization: 'json',
  });
  const ended = new Promise<{ status: number | null; by: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (status, by) => resolve({ status, by }));
  });
  const ready = firstMessage(child, ended);
  child.send(task, (error) => {
    // The child is gone before it heard its task: `ready` says so.
    if (error !== null) child.kill('SIGKILL');
  });
  return {
    pid: child.pid ?? -1,
    ready,
    ended,
    async stop(graceMs) {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
    signal: (name) => {
      child.kill(name);
    },
    talk: converse(child),
  };
}

function firstMessage(child: ChildProcess, ended: Promise<{ status: number | null }>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(
        new CodedError('process-failed', `A process of our own did not start: ${why}.`, {
          remedy: 'The lines before this one say why.',
        }),
      );
    const timer = setTimeout(() => fail('no answer within 30 seconds'), READY_DEADLINE_MS);
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(message);
    });
    void ended.then(({ status }) => {
      clearTimeout(timer);
      fail(`it ended with status ${status}`);
    });
  });
}

/** The child's side: its task, a way to say ready, and a signal that is aborted when the parent goes or says stop. */
export interface Forkling {
  readonly task: Promise<unknown>;
  ready(message: Serializable): void;
  readonly signal: AbortSignal;
  /** With the parent, after `ready`. */
  readonly talk: Conversation;
}

export function asForked(): Forkling {
  const controller = new AbortController();
  process.once('disconnect', () => controller.abort());
  // Ctrl-C reaches the whole group: the parent decides when its processes end.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => controller.abort());
  return {
    task: new Promise((resolve) => process.once('message', resolve)),
    ready: (message) => {
      // A parent that is gone by now is told by the disconnect.
      process.send?.(message, undefined, undefined, () => undefined);
    },
    signal: controller.signal,
    talk: converse(process),
  };
}
