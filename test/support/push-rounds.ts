// Rounds of killing a push: a tree and a bucket that has it, a night of changes, a push that is killed, a look at the bucket as a client has it,
// the next push, a look at what is left.

import { type ChildProcess, spawn } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { MINUTE } from '../../src/host/clock.ts';
import type { ObjectStore } from '../../src/host/object-store.ts';
import { locate } from '../../src/maven/layout.ts';
import type { PushStep } from '../../src/mirror/push/push.ts';
import { type LaidTree, layTree, metadata, version } from '../mirror/push/tree.ts';
import { type PushOrder, pushInto } from './kill-push.ts';

export type PushMoment = NonNullable<PushOrder['at']> | { readonly afterMs: number };

export interface PushRound {
  readonly wasKilled: boolean;
  /** In words; none is what a round should have. */
  readonly breaches: readonly string[];
  readonly milliseconds: number;
}

export interface PushKilling {
  /** How long an undisturbed push of the changes takes here. */
  readonly pushMs: number;
  round(moment: PushMoment, hasLargeFile: boolean): Promise<PushRound>;
}

type Files = Readonly<Record<string, string | Buffer>>;

const PROGRAM = resolve(import.meta.dirname, 'kill-push.ts');
const SIGNAL = new AbortController().signal;
const SNAPSHOT = 'g/s/1-SNAPSHOT/s-1-SNAPSHOT.jar';
const LARGE = 'g/large/1.0/large-1.0.jar';
const LARGE_BYTES = 65 * 1024 * 1024;
const DELAY_MS = 40;
const ARTIFACTS = ['a', 'c'];

export async function preparePushKilling(store: ObjectStore, options: PushOrder['store']): Promise<PushKilling> {
  let rounds = 0;
  const begin = async (hasLargeFile: boolean) => {
    rounds += 1;
    const prefix = `round-${rounds}-${process.pid}/`;
    const cleanUp: (() => void)[] = [];
    const tree = layTree({ after: (work) => void cleanUp.push(work as () => void) });
    const order: PushOrder = { folder: tree.folder, store: options, prefix, at: null, delayMs: 0 };
    tree.publish(before());
    await pushInto(order);
    const after = applyNight(tree, hasLargeFile);
    const end = () => {
      for (const work of cleanUp.reverse()) work();
    };
    return { order, tree, after, prefix, end };
  };
  const undisturbed = await begin(false);
  const { milliseconds: pushMs } = await runChild({ ...undisturbed.order, delayMs: DELAY_MS }, null);
  undisturbed.end();
  return {
    pushMs,
    async round(moment, hasLargeFile) {
      const start = performance.now();
      const { order, tree, after, prefix, end } = await begin(hasLargeFile);
      const at = 'step' in moment ? moment : null;
      const { wasKilled } = await runChild(
        { ...order, at, delayMs: DELAY_MS },
        'afterMs' in moment ? moment.afterMs : null,
      );
      const breaches = breachesOf(await contentOf(store, prefix), after);
      const next = await pushInto(order);
      if (next.end !== 'complete') breaches.push(`the next push ended ${next.end}: ${next.sentence}`);
      breaches.push(...leftOvers(await contentOf(store, prefix), after), ...(await uploadsLeft(store, prefix)));
      breaches.push(...forgotten(tree, after));
      end();
      return { wasKilled, breaches, milliseconds: performance.now() - start };
    },
  };
}

function before(): Files {
  return {
    ...Object.assign({}, ...ARTIFACTS.flatMap((name) => [version('g', name, '1.0'), version('g', name, '1.1')])),
    ...Object.assign({}, ...ARTIFACTS.map((name) => metadata('g', name, ['1.0', '1.1']))),
    [SNAPSHOT]: 'build 1',
    [`${SNAPSHOT}.sha1`]: hash('sha1', 'build 1'),
    'feed.clj': 'feed 1',
  };
}

/** One version more of each artifact, one less of the last, a new build, another feed. */
function applyNight(tree: LaidTree, hasLargeFile: boolean): Files {
  const changed: Files = {
    ...Object.assign({}, ...ARTIFACTS.map((name) => version('g', name, '2.0'))),
    ...metadata('g', 'a', ['1.0', '1.1', '2.0']),
    ...metadata('g', 'c', ['1.1', '2.0']),
    [SNAPSHOT]: 'build 2',
    [`${SNAPSHOT}.sha1`]: hash('sha1', 'build 2'),
    'feed.clj': 'feed 2',
    ...(hasLargeFile ? { [LARGE]: randomBytes(LARGE_BYTES) } : {}),
  };
  tree.publish(changed);
  const gone = Object.keys(version('g', 'c', '1.0'));
  tree.unpublish(gone);
  const after = { ...before(), ...changed };
  for (const path of gone) delete (after as Record<string, unknown>)[path];
  return after;
}

interface Ran {
  /** False when the push came to its end first. */
  readonly wasKilled: boolean;
  /** From its beginning. */
  readonly milliseconds: number;
}

async function runChild(order: PushOrder, afterMs: number | null): Promise<Ran> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const over = setTimeout(() => child.kill('SIGTERM'), 2 * MINUTE);
  let timer: NodeJS.Timeout | undefined;
  let begunAt = 0;
  child.stdout.once('data', () => {
    begunAt = performance.now();
    if (afterMs !== null) timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const { status, signal, stderr } = await endOf(child);
  clearTimeout(over);
  clearTimeout(timer);
  const milliseconds = performance.now() - begunAt;
  if (signal === 'SIGKILL' || status === 0) return { wasKilled: signal === 'SIGKILL', milliseconds };
  throw new Error(`the push ended by itself with ${status ?? signal}: ${stderr}`);
}

function endOf(child: ChildProcess): Promise<{ status: number | null; signal: string | null; stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status, signal) => done({ status, signal, stderr }));
  });
}

/** What a client gets for each key, as a digest. */
async function contentOf(store: ObjectStore, prefix: string): Promise<Map<string, string>> {
  const page = await store.list({ prefix }, SIGNAL);
  if (page.kind !== 'page') throw new Error(page.sentence);
  const digests = page.objects.map(async ({ key }): Promise<[string, string]> => {
    const opened = await store.get(key, {}, SIGNAL);
    if (opened.kind !== 'opened') throw new Error(opened.sentence);
    return [key.slice(prefix.length), hash('sha256', await buffer(opened.body))];
  });
  return new Map(await Promise.all(digests));
}

function digest(content: string | Buffer | undefined): string {
  return content === undefined ? 'nothing' : hash('sha256', content);
}

/** The laws that hold at every moment, whatever died. */
function breachesOf(there: ReadonlyMap<string, string>, after: Files): string[] {
  const was = before();
  const breaches: string[] = [];
  for (const [path, sha256] of there) {
    if (path.startsWith('.meta/')) continue;
    if (sha256 !== digest(was[path]) && sha256 !== digest(after[path])) breaches.push(`${path} has strange bytes`);
  }
  for (const path of there.keys()) {
    const { unit, kind } = locate(path);
    if (kind !== 'pom' || after[path] === undefined) continue;
    for (const other of Object.keys(after)) {
      if (locate(other).unit === unit && !there.has(other)) breaches.push(`${path} is there before ${other}`);
    }
  }
  for (const [path, content] of Object.entries(after)) {
    if (!path.endsWith('maven-metadata.xml') || there.get(path) !== digest(content)) continue;
    for (const [, number] of String(content).matchAll(/<version>([^<]+)/g)) {
      const folder = `${path.slice(0, path.lastIndexOf('/'))}/${number}/`;
      const missing = Object.keys(after).filter((other) => other.startsWith(folder) && !there.has(other));
      if (missing.length > 0) breaches.push(`${path} names ${number}, and ${missing.join(', ')} is not there`);
    }
  }
  const gone = Object.keys(was).filter((path) => after[path] === undefined && !there.has(path));
  const behind = Object.entries(after).filter(([path, content]) => there.get(path) !== digest(content));
  if (gone.length > 0 && behind.length > 0) breaches.push(`${gone[0]} was removed before ${behind[0]?.[0]} was put`);
  return breaches;
}

/** What the next push should have come to. */
function leftOvers(there: ReadonlyMap<string, string>, after: Files): string[] {
  const wrong = Object.entries(after).filter(([path, content]) => there.get(path) !== digest(content));
  const extra = [...there.keys()].filter((path) => after[path] === undefined && !path.startsWith('.meta/'));
  return [...wrong.map(([path]) => `${path} is not as it should be`), ...extra.map((path) => `${path} is there still`)];
}

async function uploadsLeft(store: ObjectStore, prefix: string): Promise<string[]> {
  const page = await store.uploads.list(prefix, null, SIGNAL);
  return page.kind === 'uploads' ? page.uploads.map(({ key }) => `an upload of ${key} is left`) : [page.sentence];
}

/** Whatever changed since the first push, the CDN is to be told of it. */
function forgotten(tree: LaidTree, after: Files): string[] {
  const was = before();
  const changed = new Set([...Object.keys(was), ...Object.keys(after)]);
  const stale = new Set(tree.record.stale(10_000).map(({ path }) => path));
  return [...changed]
    .filter((path) => digest(was[path]) !== digest(after[path]) && !stale.has(path))
    .map((path) => `the CDN is not told of ${path}`);
}

type Steps = readonly [PushStep, ...PushStep[]];

export const PUSH_STEPS: Steps = ['planned', 'object-put', 'noted', 'stage-done', 'object-removed', 'settled'];
export const LARGE_STEPS: Steps = ['upload-begun', 'part-put'];
/** Objects that the second push puts. */
export const PUT_AT_NIGHT = 15;
