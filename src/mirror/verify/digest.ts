import { Worker } from 'node:worker_threads';
import { CodedError } from '../../host/error.ts';
import { type PackedAnswer, unpack } from './packed-answer.ts';
import type { KeyBody } from './signature/known-keys.ts';
import type { StagedFile, Wanted } from './staged-file.ts';

export interface DigestRequest {
  readonly kind: 'digest';
  readonly id: number;
  readonly folder: string;
  readonly files: readonly Wanted[];
}

export interface RereadRequest {
  readonly kind: 'reread';
  readonly id: number;
  readonly folder: string;
  readonly paths: readonly string[];
  /** How fast the thread may read; 0: as fast as it can. */
  readonly bytesPerSecond: number;
}

/** What a published file is now. Digests in lower-case hex. */
export type Reread =
  | {
      readonly kind: 'read';
      readonly path: string;
      readonly size: number;
      readonly sha256: string;
      readonly sha1: string;
    }
  /** Nothing is there, or no regular file. */
  | { readonly kind: 'missing'; readonly path: string }
  /** The disk or the file's rights do not give it; `code` is the system's own, `EIO`. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly code: string };

export interface RereadAnswer {
  readonly kind: 'reread';
  readonly id: number;
  readonly files: readonly Reread[];
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
  /** Reads files that were published once, each to one answer in their order: what cannot be read is an answer, too. */
  reread(folder: string, paths: readonly string[], bytesPerSecond: number): Promise<readonly Reread[]>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (answer: PackedAnswer | RereadAnswer) => void;
  readonly reject: (error: unknown) => void;
}

type Request = DigestRequest | RereadRequest;
type Answer<Kind extends Request['kind']> = Extract<PackedAnswer | RereadAnswer, { kind: Kind }>;

/**
 * Starts `threads` workers at once. A worker that dies fails the requests it held, loudly: a file that was not read is never published. The next
 * request gets a new one in its place. `keys` are those that signatures are tried with.
 */
export function startDigesters(threads: number, keys: readonly KeyBody[] = []): Digesters {
  const crew = Array.from({ length: threads }, () => startWorker(keys));
  let next = 0;
  const close = async () => {
    await Promise.all(crew.map((member) => member.worker.terminate()));
  };
  const send = <Asked extends Request>(request: Asked): Promise<Answer<Asked['kind']>> => {
    const member = crew.reduce((least, each) => (each.waiting.size < least.waiting.size ? each : least));
    const alive = member.isAlive() ? member : startWorker(keys);
    crew[crew.indexOf(member)] = alive;
    return ask(alive, request);
  };
  const nextId = () => {
    next += 1;
    return next;
  };
  return {
    threads,
    digest: async (folder, files) => unpack(await send({ kind: 'digest', id: nextId(), folder, files })),
    reread: async (folder, paths, bytesPerSecond) =>
      (await send({ kind: 'reread', id: nextId(), folder, paths, bytesPerSecond })).files,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Member {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
  isAlive(): boolean;
}

function startWorker(keys: readonly KeyBody[]): Member {
  const worker = new Worker(new URL('./digest-worker.ts', import.meta.url), {
    workerData: keys.map(({ fingerprint, keyId, body }) => ({ fingerprint, keyId, body })),
    // Facts of a few hundred files at a time: without a limit each thread lets tens of megabytes of garbage stand.
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 },
  });
  const waiting = new Map<number, Waiting>();
  worker.unref();
  worker.on('message', (answer: PackedAnswer | RereadAnswer) => {
    waiting.get(answer.id)?.resolve(answer);
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

function ask<Asked extends Request>(member: Member, request: Asked): Promise<Answer<Asked['kind']>> {
  return new Promise((resolve, reject) => {
    // A request is answered in its own kind.
    const take = (answer: PackedAnswer | RereadAnswer) => resolve(answer as Answer<Asked['kind']>);
    member.waiting.set(request.id, { resolve: take, reject });
    member.worker.ref();
    member.worker.postMessage(request);
  });
}
