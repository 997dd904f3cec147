// A source over HTTP with folders of its own, and an origin that is a map of files and misbehaves when told to.

import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { MINUTE, systemClock } from '../../../../src/host/clock.ts';
import { makeLogger } from '../../../../src/host/logger.ts';
import type {
  FetchRequest,
  Holdings,
  ListedFile,
  ListingRequest,
  OddEntry,
  Source,
  SourceMemory,
} from '../../../../src/mirror/source/contract.ts';
import { httpSource, type WebOptions } from '../../../../src/mirror/source/http/http.ts';
import { client, httpServer } from '../../../host/http-peer.ts';
import { temporaryFolder } from '../../../support/folder.ts';

export interface WebSource {
  readonly source: Source;
  readonly staging: string;
  /** What is held: the test puts it there. */
  readonly held: Map<string, { size: number; mtime: number; md5: string | null }>;
  readonly memory: Map<string, string>;
  list(request?: Partial<ListingRequest>): Promise<Listed>;
  fetch(files: readonly string[], request?: Partial<FetchRequest>): ReturnType<Source['fetch']>;
  readonly named: string[];
}

export interface Listed {
  readonly outcome: Awaited<ReturnType<Source['list']>>;
  readonly files: ListedFile[];
  readonly odd: OddEntry[];
}

/** Sleeps take no time: retries would otherwise wait for a clock that nobody moves. */
const CLOCK = { now: () => systemClock.now(), sleep: async () => undefined };

export function webSource(t: TestContext, url: string, more: Partial<WebOptions> = {}): WebSource {
  const folder = temporaryFolder(t);
  const [staging, scratch] = [join(folder, 'staging'), join(folder, 'scratch')];
  mkdirSync(staging);
  mkdirSync(scratch);
  const held: WebSource['held'] = new Map();
  const memory = new Map<string, string>();
  const source = httpSource(
    {
      url,
      mode: 'listing',
      releaseFeed: null,
      publicKey: null,
      ca: null,
      connections: 4,
      requestsPerSecond: 0,
      maxFileBytes: 2 ** 30,
      staging,
      scratch,
      includedPrefixes: null,
      excludedPrefixes: [],
      holdings: holdingsOf(held),
      memory: memoryOf(memory),
      bandwidthKibPerSecond: () => 0,
      ...more,
    },
    { http: client(t, { clock: CLOCK }), clock: CLOCK, logger: makeLogger('silent') },
  );
  const named: string[] = [];
  return {
    source,
    staging,
    held,
    memory,
    named,
    async list(request = {}) {
      const files: ListedFile[] = [];
      const odd: OddEntry[] = [];
      const sink = { file: (file: ListedFile) => files.push(file), odd: (entry: OddEntry) => odd.push(entry) };
      const outcome = await source.list({ since: null, due: [], ...request }, sink, AbortSignal.timeout(MINUTE));
      return { outcome, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), odd };
    },
    fetch: (files, request = {}) =>
      source.fetch(
        { folders: [], files, basis: 'staging', deadline: systemClock.now() + MINUTE, ...request },
        (path) => named.push(path),
        AbortSignal.timeout(MINUTE),
      ),
  };
}

function holdingsOf(held: WebSource['held']): Holdings {
  const paths = () => [...held.keys()].sort();
  return {
    file: (path) => held.get(path) ?? null,
    isAnyBelow: (folder) => paths().some((path) => path.startsWith(`${folder}/`)),
    pathsAfter: (after, count) =>
      paths()
        .filter((path) => path > after)
        .slice(0, count),
  };
}

function memoryOf(memory: Map<string, string>): SourceMemory {
  return { recall: (key) => memory.get(key) ?? null, remember: (key, value) => void memory.set(key, value) };
}

export const AT = Date.UTC(2026, 10, 21, 1, 30);

export interface WebOrigin {
  readonly url: string;
  /** By decoded path without the leading slash. */
  readonly files: Map<string, string | Buffer>;
  /** `GET path`, in their order. */
  readonly asked: string[];
  /** Answers itself and returns true, or leaves it to the origin. */
  misbehave: (path: string, request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Serves files with Last-Modified, ETag and ranges, and no directory pages but those that are put there as files. */
export async function webOrigin(
  t: TestContext,
  files: Readonly<Record<string, string | Buffer>> = {},
): Promise<WebOrigin> {
  const asked: string[] = [];
  const held = new Map(Object.entries(files));
  const url = await httpServer(t, (request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '').slice(1);
    asked.push(`${request.method} ${request.url?.slice(1)}`);
    if (!origin.misbehave(path, request, response)) answer(held.get(path), request, response);
  });
  const origin: WebOrigin = { url, files: held, asked, misbehave: () => false };
  return origin;
}

function answer(content: string | Buffer | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (content === undefined) {
    response.writeHead(404).end('not here');
    return;
  }
  const bytes = Buffer.from(content);
  const etag = `"${hash('md5', bytes)}"`;
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const isPart = range !== undefined && request.headers['if-range'] === etag;
  const body = isPart ? bytes.subarray(Number(range)) : bytes;
  response.writeHead(isPart ? 206 : 200, {
    'content-length': body.length,
    'last-modified': new Date(AT).toUTCString(),
    etag,
    ...(isPart ? { 'content-range': `bytes ${range}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
