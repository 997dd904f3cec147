// Files with certificates, read in a thread that is given up with whatever it chokes on: somebody sent these files, or left them in a folder.

import { Worker } from 'node:worker_threads';
import { MINUTE, SECOND } from '../../../host/clock.ts';
import type { CertificateAnswer, CertificateTask, ReadCertificate } from './certificate-worker.ts';

export type { ReadCertificate } from './certificate-worker.ts';

export interface CertificateFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface CertificateReading {
  /** In the order of the files. */
  readonly certificates: readonly (ReadCertificate & { readonly file: string })[];
  readonly faults: readonly { readonly file: string; readonly why: string }[];
}

export interface ReadingLimits {
  /** For one file. */
  readonly deadlineMs: number;
  readonly memoryMib: number;
}

const LIMITS: ReadingLimits = { deadlineMs: MINUTE / 2, memoryMib: 128 };

/** `now` in epoch milliseconds. A file that takes too long or too much memory is a fault; the others are read all the same. */
export async function readCertificates(
  files: readonly CertificateFile[],
  now: number,
  signal: AbortSignal,
  limits: ReadingLimits = LIMITS,
): Promise<CertificateReading> {
  const first = await readAll(files, now, signal, limits);
  const copies = Map.groupBy(first.certificates, ({ certificate }) => certificate.fingerprint);
  const doubled = [...copies.values()].filter((each) => each.length > 1);
  if (doubled.length === 0) return first;
  // Copies in several files are one certificate: a revocation that only one of them has counts.
  const joined = doubled.map((each) => ({
    name: each[0]?.file ?? '',
    bytes: Buffer.concat(each.map(({ packets }) => packets)),
  }));
  const second = await readAll(joined, now, signal, limits);
  const single = [...copies.values()].filter((each) => each.length === 1).flat();
  return { certificates: [...single, ...second.certificates], faults: [...first.faults, ...second.faults] };
}

async function readAll(
  files: readonly CertificateFile[],
  now: number,
  signal: AbortSignal,
  limits: ReadingLimits,
): Promise<CertificateReading> {
  const certificates: CertificateReading['certificates'][number][] = [];
  const faults: CertificateReading['faults'][number][] = [];
  if (files.length === 0) return { certificates, faults };
  let reader = startReader(limits);
  try {
    for (const [id, { name: file, bytes }] of files.entries()) {
      signal.throwIfAborted();
      const answer = await reader.read({ id, bytes, now: Math.floor(now / SECOND) });
      if (typeof answer === 'string') {
        faults.push({ file, why: answer });
        await reader.stop();
        reader = startReader(limits);
        continue;
      }
      certificates.push(...answer.certificates.map((each) => ({ ...each, file })));
      faults.push(...answer.faults.map((why) => ({ file, why })));
    }
    return { certificates, faults };
  } finally {
    await reader.stop();
  }
}

interface Reader {
  /** Or why nothing came of it. */
  read(task: CertificateTask): Promise<CertificateAnswer | string>;
  stop(): Promise<unknown>;
}

function startReader({ deadlineMs, memoryMib }: ReadingLimits): Reader {
  const worker = new Worker(new URL('./certificate-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMib, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  });
  let end: (answer: CertificateAnswer | string) => void = () => undefined;
  // A busy machine starts threads slowly: that is not the file's fault.
  const started = new Promise<void>((resolve) => {
    worker.once('online', resolve);
    worker.once('exit', () => resolve());
  });
  worker.on('message', (answer: CertificateAnswer) => end(answer));
  worker.on('error', (error) => end(`it could not be read (${error.message})`));
  worker.on('exit', () => end('it could not be read: its thread ended'));
  return {
    async read(task) {
      const { promise, resolve } = Promise.withResolvers<CertificateAnswer | string>();
      end = resolve;
      await started;
      const timer = setTimeout(() => resolve(`it took longer than ${deadlineMs / SECOND} seconds`), deadlineMs);
      worker.postMessage(task);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
    stop: () => worker.terminate(),
  };
}
