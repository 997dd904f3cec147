// The same tree in a bucket: a real S3 server, a push as an operator makes it, and a look at what came to stand there.

import { buffer } from 'node:stream/consumers';
import { SECOND, systemClock } from '../host/clock.ts';
import { type ObjectStore, openObjectStore } from '../host/object-store.ts';
import type { WrongAnswer } from './comparison.ts';
import type { DemoMirror } from './mirror.ts';
import { hasObjectStore, startObjectStore } from './object-store.ts';
import type { Answer } from './repository/origin-change.ts';

export interface DemoPush {
  /** Where the bucket is, for people. */
  readonly url: string;
  readonly objects: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Objects that were looked at, one for each answer. */
  readonly compared: number;
  readonly wrong: readonly WrongAnswer[];
}

const BUCKET = 'maven';
const LOOKS_AT_ONCE = 8;

/** Null where there is no S3 server to show it with. The server is gone when the promise settles. */
export async function pushToBucket(
  mirror: DemoMirror,
  answers: readonly Answer[],
  signal: AbortSignal,
): Promise<DemoPush | null> {
  if (mirror.push === null || !hasObjectStore()) return null;
  const server = await startObjectStore({}, signal);
  try {
    await server.makeBucket(BUCKET);
    const { endpoint, credentialsFile } = server;
    const begun = performance.now();
    const { objects, bytes } = await mirror.push({ endpoint, bucket: BUCKET, credentialsFile }, signal);
    const seconds = Math.round(performance.now() - begun) / SECOND;
    using store = await openObjectStore(
      {
        ...{ bucket: BUCKET, region: 'us-east-1', endpoint, pathStyle: true },
        credentials: { kind: 'file', path: credentialsFile },
      },
      systemClock,
    );
    const wrong = await lookAtAll(store, answers, signal);
    return { url: `${endpoint}/${BUCKET}/`, objects, bytes, seconds, compared: answers.length, wrong };
  } finally {
    await server.stop();
  }
}

async function lookAtAll(store: ObjectStore, answers: readonly Answer[], signal: AbortSignal): Promise<WrongAnswer[]> {
  const wrong: WrongAnswer[] = [];
  const waiting = answers.values();
  const worker = async () => {
    for (const answer of waiting) {
      const found = await lookAt(store, answer, signal);
      if (found !== null) wrong.push({ path: answer.path, expected: expectedOf(answer), found });
    }
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, worker));
  return wrong;
}

/** Null: as it must be. What is held back stands in no bucket. */
async function lookAt(store: ObjectStore, answer: Answer, signal: AbortSignal): Promise<string | null> {
  const opened = await store.get(answer.path, {}, signal);
  if (opened.kind !== 'opened') return answer.kind === 'held-back' && opened.kind === 'absent' ? null : opened.sentence;
  const bytes = await buffer(opened.body);
  if (answer.kind === 'bytes' && bytes.equals(answer.bytes)) return null;
  return `an object of ${bytes.length} bytes`;
}

function expectedOf(answer: Answer): string {
  return answer.kind === 'bytes' ? `an object of ${answer.bytes.length} bytes` : 'no object';
}
