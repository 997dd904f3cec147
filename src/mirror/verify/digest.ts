import { Worker } from 'node:worker_threads';
import { CodedError } from '../../host/error.ts';
import { type PackedAnswer, unpack } from './packed-answer.ts';
import type { StagedFile, Wanted } from './staged-file.ts';

export interface DigestRequest {
  readonly id: number;
  readonly folder: string;
  readonly files: readonly Wanted[];
}

export interface Digested {
  readonly files: readonly StagedFile[];
  readonly missing: readonly string[];
}

/** Threads that read and digest files. Several requests may be under way; each is answered once. */
export interface Digesters extends AsyncDisposable {
  readonly threads: number;
  /** Reads `files` below `folder`. `missing` are those that are not there, or are no regular files. Throws `digest-failed` on a read error. */
  digest(folder: string, files: readonly Wanted[]): Promise<Digested>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (answer: Digested) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Starts `threads` workers at once. A worker that dies fails the requests it held, loudly: a file that was not read is never published. The next
 * request gets a new one in its place.
 */
export function startDigesters(threads: number): Digesters {
  const crew = Array.from({ length: threads }, () => startWorker());
  let next = 0;
  const close = async () => {
    await Promise.all(crew.map((member) => member.worker.terminate()));
  };
  return {
    threads,
    digest(folder, files) {
      const member = crew.reduce((least, each) => (each.waiting.size < least.waiting.size ? each : least));
      next += 1;
      const alive = member.isAlive() ? member : startWorker();
      crew[crew.indexOf(member)] = alive;
      return ask(alive, { id: next, folder, files });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Member {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
  isAlive(): boolean;
}

function startWorker(): Member {
  const worker = new Worker(new URL('./digest-worker.ts', import.meta.url), {
    // Facts of a few hundred files at a time: without a limit each thread lets tens of megabytes of garbage stand.
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 },
  });
  const waiting = new Map<number, Waiting>();
  worker.unref();
  worker.on('message', (answer: PackedAnswer) => {
    waiting.get(answer.id)?.resolve(unpack(answer));
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
  });
  const fail = (cause: unknown) => {
    for (const each of waiting.values())
      each.reject(new CodedError('digest-failed', 'Could not read the staged files.', { cause }));
    waiting.clear();
  };
  let isAlive = true;
  worker.on('error', (cause) => {
    isAlive = false;
    fail(cause);
  });
  worker.on('exit', () => {
    isAlive = false;
    fail(new Error('the digest thread ended'));
  });
  return { worker, waiting, isAlive: () => isAlive };
}

function ask(member: Member, request: DigestRequest): Promise<Digested> {
  return new Promise((resolve, reject) => {
    member.waiting.set(request.id, { resolve, reject });
    member.worker.ref();
    member.worker.postMessage(request);
  });
}
