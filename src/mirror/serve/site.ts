// The site: what each request is about, and what follows an answer. Most requests are GETs of repository files and take the short way; our own
// addresses go through Fastify's router.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Clock, SECOND } from '../../host/clock.ts';
import type { Logger } from '../../host/logger.ts';
import type { Route } from '../../host/route.ts';
import { tellSlow } from '../../host/slow.ts';
import type { AbsenceRooms } from './absent.ts';
import type { AccessLog } from './access-log.ts';
import type { Answer } from './answer.ts';
import { makeProxyTrust, type ProxyTrust } from './client-address.ts';
import { type Connection, type ConnectionLimits, type Connections, makeConnections } from './connections.ts';
import { makeDamageReport } from './damage-report.ts';
import type { Asked } from './delivery.ts';
import type { Answered, ServeFigures } from './figures.ts';
import { makeKnownPaths, type Shelf } from './known-paths.ts';
import { type Load, watchLoad } from './load.ts';
import type { Miss } from './miss.ts';
import { buildOwnSite, type OwnSite } from './own-routes.ts';
import { makeRecent } from './recent.ts';
import { failed, overloaded, readOnly, tooManyRequests, unknownOwn } from './refusal.ts';
import { answerRepository, type RepositoryRooms } from './repository.ts';
import { shownTarget } from './request-path.ts';
import { makeRequestRate, type RequestRate } from './request-rate.ts';
import { CLIENT_GONE, send } from './send.ts';

export interface SiteOptions {
  /** The installation's name, on its front page. */
  readonly name: string;
  /** The published tree. */
  readonly published: string;
  /** Where clients that try to write are sent, or null when nobody knows. */
  readonly deployAt: string | null;
  /** `/repo/`: where the repository is served besides the root. */
  readonly alsoAt: readonly string[];
  /** Seconds of `Strict-Transport-Security`; 0: it is not sent. */
  readonly hstsSeconds: number;
  /** Proxies, as addresses or networks, whose word about the client counts. */
  readonly trustedProxies: readonly string[];
  /** Where those proxies have the published tree, `/-/published/`, to send large files themselves; null: they do not. */
  readonly accelRedirect: string | null;
  readonly limits: ConnectionLimits & {
    /** Of one client; 0: no limit. */
    readonly requestsPerSecond: number;
  };
}

export interface ServeRooms extends AbsenceRooms {
  readonly inventory: Shelf;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** What is answered outside of the repository. */
  readonly routes: readonly Route[];
  readonly figures: ServeFigures;
  readonly accessLog: AccessLog;
  /** In place of looking at the process's own. */
  readonly load?: Load;
  /** Fetches what is not here; without, nothing is fetched. */
  readonly miss?: Miss;
}

/** What every request begins with, on whichever listener, and what its answer ends with. */
export type Receive = (
  request: IncomingMessage,
  response: ServerResponse,
  of: Answered['of'],
) => {
  readonly connection: Connection;
  /** The client's address, behind trusted proxies too. */
  readonly client: string;
  /** Of a clock that never goes back. */
  readonly begun: number;
  /** Call after the answer: it is counted, written down, and told when it was slow. */
  end(status: number, bytes: number): void;
};

export interface Site {
  readonly handle: RequestListener;
  readonly receive: Receive;
  readonly connections: Connections;
  close(): Promise<void>;
}

const BODIES_CEILING_BYTES = 48 * 1024 * 1024;

export async function buildSite(options: SiteOptions, rooms: ServeRooms): Promise<Site> {
  const { logger, clock, figures } = rooms;
  const trust = makeProxyTrust(options.trustedProxies);
  const connections = makeConnections(options.limits, trust.isProxy);
  const load = rooms.load ?? watchLoad(() => connections.open() / options.limits.connections);
  const rate = makeRequestRate(options.limits.requestsPerSecond);
  const bodies = makeRecent<Buffer>(BODIES_CEILING_BYTES, (body) => body.length);
  figures.show({ connections, rate, accessLog: rooms.accessLog, rememberedBytes: bodies.weight });
  const visiting: Visiting = {
    options,
    rooms,
    trust,
    load,
    rate,
    own: await buildOwnSite({
      routes: rooms.routes,
      clock,
      logger,
      refuse: (method, instance, client, weight) => refuseOwn(method, instance, client, weight, { load, rate }),
      unknown: (method, instance) =>
        method === 'POST' ? readOnly(method, instance, options.deployAt) : unknownOwn(method, instance),
    }),
    repository: {
      inventory: rooms.inventory,
      known: makeKnownPaths(rooms.inventory),
      bodies,
      miss: rooms.miss ?? null,
      takenDown: (path) => rooms.takenDown(path),
      heldBack: (path) => rooms.heldBack(path),
      published: options.published,
      alsoAt: options.alsoAt,
      name: options.name,
      damageReport: makeDamageReport(logger, clock),
    },
    receive: makeReceive(rooms, trust, connections),
    hsts: options.hstsSeconds === 0 ? null : `max-age=${options.hstsSeconds}`,
  };
  return {
    handle: (request, response) => visit(request, response, visiting),
    receive: visiting.receive,
    connections,
    async close() {
      load.stop();
      await visiting.own.close();
    },
  };
}

interface Visiting {
  readonly options: SiteOptions;
  readonly rooms: ServeRooms;
  readonly trust: ProxyTrust;
  readonly receive: Receive;
  readonly load: Load;
  readonly rate: RequestRate;
  readonly own: OwnSite;
  readonly repository: RepositoryRooms;
  readonly hsts: string | null;
}

function makeReceive(rooms: ServeRooms, trust: ProxyTrust, connections: Connections): Receive {
  return (request, response, of) => {
    const begun = performance.now();
    const connection = connections.of(request.socket);
    connection.asks();
    const client = trust.clientOf(connection.address, request.headers);
    const target = request.url ?? '';
    if (connections.isDraining()) response.setHeader('connection', 'close');
    return {
      connection,
      client,
      begun,
      end: (status, bytes) => note({ request, of, target, client, begun, status, bytes }, rooms),
    };
  };
}

function visit(request: IncomingMessage, response: ServerResponse, site: Visiting): void {
  const target = request.url ?? '';
  const method = request.method ?? '';
  const { connection, client, begun, end } = site.receive(request, response, isOwn(target) ? 'own' : 'repository');
  if (site.hsts !== null) response.setHeader('strict-transport-security', site.hsts);

  const put = (answer: Answer) => {
    const sent = send(answer, response, connection);
    if (!(sent instanceof Promise)) return end(sent.status, sent.bytes);
    sent.then(
      ({ status, bytes }) => end(status, bytes),
      (error: unknown) => {
        site.rooms.logger.error({ err: error, path: shownTarget(target) }, 'answer was not sent');
        end(500, 0);
      },
    );
  };
  const fail = (error: unknown) => {
    site.rooms.logger.error({ err: error, path: shownTarget(target) }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What could not be put on the wire may have left its words behind.
    response.statusMessage = '';
    put(failed(method, shownTarget(target)));
  };
  try {
    const isTaken = method === 'GET' || method === 'HEAD' || method === 'POST';
    if (isTaken && isOwn(target)) {
      visitOwn(request, response, client, site, end);
      return;
    }
    const { accelRedirect } = site.options;
    const handOverAt = accelRedirect !== null && site.trust.isProxy(connection.address) ? accelRedirect : null;
    const answer = decide(request, target, { client, handOverAt }, begun, site);
    if (answer instanceof Promise) answer.then(put).catch(fail);
    else put(answer);
  } catch (error) {
    fail(error);
  }
}

/** What is under `/-/` is ours: a name that is not known there must not be looked up in the repository. */
function isOwn(target: string): boolean {
  return target.startsWith('/-') && (target.length === 2 || target[2] === '/' || target[2] === '?');
}

function decide(
  request: IncomingMessage,
  target: string,
  { client, handOverAt }: Pick<Asked, 'handOverAt'> & { readonly client: string },
  begun: number,
  site: Visiting,
): Answer | Promise<Answer> {
  const method = request.method ?? '';
  if (!site.rate.allows(client, begun)) return tooManyRequests(method, shownTarget(target));
  if (method !== 'GET' && method !== 'HEAD') return readOnly(method, shownTarget(target), site.options.deployAt);
  const { headers } = request;
  const asked: Asked = { method, headers, shown: shownTarget(target), now: site.rooms.clock.now(), handOverAt };
  if (asked.shown.endsWith('/') && site.load.isHigh()) return overloaded(method, asked.shown);
  return answerRepository(target, asked, site.repository);
}

/** Our own addresses: what an operator looks at under load is answered, pages are shed, and reading is limited as everywhere. */
function visitOwn(
  request: IncomingMessage,
  response: ServerResponse,
  client: string,
  site: Visiting,
  end: (status: number, bytes: number) => void,
): void {
  response.once('close', () => {
    end(response.writableFinished ? response.statusCode : CLIENT_GONE, site.own.bytesOf(response));
  });
  site.own.answer(request, response, client);
}

function refuseOwn(
  method: string,
  instance: string,
  client: string,
  weight: Route['weight'],
  { load, rate }: Pick<Visiting, 'load' | 'rate'>,
): Answer | null {
  if (weight === 'vital') return null;
  if (load.isHigh()) return overloaded(method, instance);
  return rate.allows(client, performance.now()) ? null : tooManyRequests(method, instance);
}

interface Noted {
  readonly request: IncomingMessage;
  readonly of: Answered['of'];
  readonly target: string;
  readonly client: string;
  readonly begun: number;
  readonly status: number;
  readonly bytes: number;
}

function note({ request, of, target, client, begun, status, bytes }: Noted, rooms: ServeRooms): void {
  const ms = performance.now() - begun;
  const method = request.method ?? '';
  const seconds = ms / SECOND;
  const { referer, 'user-agent': agent } = request.headers;
  rooms.figures.count({ of, method, status, seconds, bytes });
  rooms.accessLog.add({
    address: client,
    at: rooms.clock.now(),
    method,
    target,
    httpVersion: request.httpVersion,
    status,
    bytes,
    referer,
    agent,
    seconds,
  });
  tellSlow('request', ms, () => ({ method, path: shownTarget(target), status, bytes }));
}
