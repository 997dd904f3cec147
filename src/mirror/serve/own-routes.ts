// Assay's own addresses, put on the wire: what each answers is declared by the room that knows it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../../host/clock.ts';
import { systemCode } from '../../host/error.ts';
import type { Logger } from '../../host/logger.ts';
import type { Route, RouteAnswer, RouteRequest } from '../../host/route.ts';
import { type Answer, bodyAnswer } from './answer.ts';
import { problemAnswer } from './problem.ts';
import { failed } from './refusal.ts';
import { shownTarget } from './request-path.ts';

export interface OwnSite {
  /** Of a GET, a HEAD or a POST. `client` is whose request it is. */
  answer(request: IncomingMessage, response: ServerResponse, client: string): void;
  /** Of the body of an answer that was given. */
  bytesOf(response: ServerResponse): number;
  close(): Promise<void>;
}

export interface OwnSiteRooms {
  readonly routes: readonly Route[];
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** Says no to a request before its body is read, or null. */
  refuse(method: string, instance: string, client: string, weight: Route['weight']): Answer | null;
  /** For what no route answers. */
  unknown(method: string, instance: string): Answer;
}

const NO_BODY = Buffer.alloc(0);
const NO_QUERY = {};

export async function buildOwnSite(rooms: OwnSiteRooms): Promise<OwnSite> {
  const clients = new WeakMap<IncomingMessage, string>();
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    // Closing lets what is under way end; a 503 in between would make a client give up on us.
    return503OnClosing: false,
    bodyLimit: 1,
    frameworkErrors: (_error, request, reply) => void put(malformedTarget(request), reply),
    routerOptions: { querystringParser: () => NO_QUERY },
  });
  app.setErrorHandler((error, request, reply) => put(failure(error, request, rooms.logger), reply));
  app.setNotFoundHandler((request, reply) =>
    put(rooms.unknown(request.method, shownTarget(request.raw.url ?? '')), reply),
  );
  // Bytes as they came: signatures are over them, and no parser of ours is to be fooled by a type that a stranger names.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const route of rooms.routes) addRoute(app, route, rooms, clients);
  await app.ready();
  return {
    answer(request, response, client) {
      clients.set(request, client);
      app.routing(request, response);
    },
    bytesOf: (response) => bodyBytes.get(response) ?? 0,
    close: () => app.close(),
  };
}

function addRoute(
  app: FastifyInstance,
  route: Route,
  rooms: OwnSiteRooms,
  clients: WeakMap<IncomingMessage, string>,
): void {
  const clientOf = (request: FastifyRequest) => clients.get(request.raw) ?? '';
  app.route({
    method: route.method === 'GET' ? ['GET', 'HEAD'] : 'POST',
    url: route.path,
    // Fastify takes no ceiling of 0.
    bodyLimit: Math.max(1, route.maxBodyBytes),
    async onRequest(request, reply) {
      const shown = shownTarget(request.raw.url ?? '');
      const refusal = rooms.refuse(request.method, shown, clientOf(request), route.weight);
      if (refusal !== null) return put(refusal, reply);
      const early = await route.admit?.(readRequest(request, clientOf(request), rooms.clock.now()));
      return early ? put(asAnswer(request, early), reply) : undefined;
    },
    async handler(request, reply) {
      return put(
        asAnswer(request, await route.answer(readRequest(request, clientOf(request), rooms.clock.now()))),
        reply,
      );
    },
  });
}

const bodyBytes = new WeakMap<ServerResponse, number>();

function asAnswer(request: FastifyRequest, { status, headers, body }: RouteAnswer): Answer {
  return body === null ? { status, headers, body } : bodyAnswer(request.method, status, headers, body);
}

function put(answer: Answer, reply: FastifyReply): FastifyReply {
  bodyBytes.set(reply.raw, Buffer.isBuffer(answer.body) ? answer.body.length : 0);
  reply.code(answer.status).headers(answer.headers);
  if (answer.body === null) return reply.send();
  if (Buffer.isBuffer(answer.body)) return reply.send(answer.body);
  throw new TypeError('an own route answers from memory');
}

function readRequest(request: FastifyRequest, client: string, now: number): RouteRequest {
  const target = request.raw.url ?? '';
  const query = target.indexOf('?');
  return {
    method: request.method,
    path: shownTarget(target),
    params: request.params as Record<string, string>,
    query: new URLSearchParams(query === -1 ? '' : target.slice(query + 1)),
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : NO_BODY,
    address: client,
    now,
  };
}

function malformedTarget(request: FastifyRequest): Answer {
  return problemAnswer(request.method, {
    status: 400,
    type: 'malformed-path',
    title: 'Malformed path',
    detail: 'The request target cannot be read.',
    instance: shownTarget(request.raw.url ?? ''),
  });
}

/** What Fastify refuses of a request's body, by its codes. */
const REFUSALS: Readonly<Record<string, { readonly status: number; readonly detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, detail: 'The body is larger than is taken here.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, detail: 'The type of the body cannot be read.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { status: 400, detail: 'The body is not as long as was said.' },
};

function failure(error: unknown, request: FastifyRequest, logger: Logger): Answer {
  const instance = shownTarget(request.raw.url ?? '');
  const refusal = REFUSALS[systemCode(error) ?? ''];
  if (refusal !== undefined) return problemAnswer(request.method, { ...refusal, instance });
  logger.error({ err: error, path: instance }, 'request failed');
  return failed(request.method, instance);
}
