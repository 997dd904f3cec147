// A twin of Clojars on loopback: the bucket, the CDN in front of it with its pages and feeds, and the release feed of the site. Each can be lost.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isoTime } from '../../host/clock.ts';
import { locate } from '../../maven/layout.ts';
import { depositSafely } from '../repository/deposit.ts';
import { answerBucket } from './bucket-api.ts';
import { generatedParcels } from './generated.ts';
import { objectsIn } from './objects.ts';
import { sendObject } from './send-object.ts';

/** `bucket`, `cdn` and `site` are servers of their own; `feeds` are files at the CDN. */
export type TwinPart = 'bucket' | 'cdn' | 'feeds' | 'site';

export interface TwinRelease {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface ClojarsTwin {
  readonly bucket: string;
  /** Of the S3 API; the bucket goes into the path. */
  readonly endpoint: string;
  /** With a slash at its end, as the others. */
  readonly cdn: string;
  readonly site: string;
  readonly releaseFeed: string;
  /** Makes directory pages and feeds anew, as Clojars does after a deployment and each hour. */
  refresh(now: number): void;
  /** A row in the release feed. */
  release(release: TwinRelease): void;
  /** The same, for the version that this file is of. */
  deployed(path: string, at: number): void;
  lose(part: TwinPart): void;
  restore(part: TwinPart): void;
  /** Requests since the beginning. */
  asked(part: TwinPart): number;
  /** Asked before each answer: true when it has answered itself, in its own way. For tests. */
  interfere: (part: TwinPart, request: IncomingMessage, response: ServerResponse) => boolean;
  stop(): Promise<void>;
}

const BUCKET = 'clojars-repo-twin';
const FEED_PAGE = 500;
const FEEDS = /^(?:all-poms|all-jars|feed\.clj)/;

/** Shows what lies in `folder`, read anew at each request. */
export async function startClojarsTwin(folder: string, host: string): Promise<ClojarsTwin> {
  const objects = objectsIn(folder);
  const releases: TwinRelease[] = [];
  const lost = new Set<TwinPart>();
  const counts = new Map<TwinPart, number>();
  const meet = (part: TwinPart, request: IncomingMessage, response: ServerResponse): boolean => {
    counts.set(part, (counts.get(part) ?? 0) + 1);
    if (!lost.has(part)) return twin.interfere(part, request, response);
    request.socket.destroy();
    return true;
  };
  const bucket = await startServer(host, (request, response) => {
    if (!meet('bucket', request, response)) answerBucket(BUCKET, objects, request, response);
  });
  const cdn = await startServer(host, (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://cdn.invalid').pathname).slice(1);
    if (meet(FEEDS.test(path) ? 'feeds' : 'cdn', request, response)) return;
    const key = path === '' || path.endsWith('/') ? `${path}index.html` : path;
    if (!sendObject(objects, key, request, response)) response.writeHead(404, { 'content-length': 0 }).end();
  });
  const site = await startServer(host, (request, response) => {
    if (!meet('site', request, response)) answerReleases(releases, request, response);
  });
  const twin: ClojarsTwin = {
    bucket: BUCKET,
    endpoint: bucket.url,
    cdn: cdn.url,
    site: site.url,
    releaseFeed: `${site.url}api/release-feed`,
    refresh: (now) => depositSafely(folder, generatedParcels(objects.list(), now)),
    release: (release) => void releases.push(release),
    deployed(path, at) {
      const { artifactFolder, version } = locate(path);
      if (artifactFolder === null || version === null) return;
      const cut = artifactFolder.lastIndexOf('/');
      const group = artifactFolder.slice(0, cut).replaceAll('/', '.');
      releases.push({ group, artifact: artifactFolder.slice(cut + 1), version, at });
    },
    lose: (part) => void lost.add(part),
    restore: (part) => void lost.delete(part),
    asked: (part) => counts.get(part) ?? 0,
    interfere: () => false,
    stop: async () => {
      await Promise.all([bucket, cdn, site].map((server) => server.stop()));
    },
  };
  return twin;
}

function answerReleases(releases: readonly TwinRelease[], request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://site.invalid');
  const from = Date.parse(url.searchParams.get('from') ?? '');
  if (url.pathname !== '/api/release-feed' || Number.isNaN(from)) {
    response.writeHead(url.pathname === '/api/release-feed' ? 400 : 404).end();
    return;
  }
  const rows = releases
    .filter(({ at }) => at > from)
    .sort((a, b) => a.at - b.at)
    .slice(0, FEED_PAGE);
  const body = {
    releases: rows.map(({ group, artifact, version, at }) => ({
      group_id: group,
      artifact_id: artifact,
      version,
      description: null,
      released_at: isoTime(at),
    })),
    next_from: isoTime(rows.at(-1)?.at ?? from),
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

interface Started {
  readonly url: string;
  stop(): Promise<void>;
}

async function startServer(
  host: string,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Started> {
  const server: Server = createServer(answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}/`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
