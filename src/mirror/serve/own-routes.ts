// Assay's own addresses, put on the wire: what each answers is declared by the room that knows it.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../host/clock.ts';
import type { Route, RouteRequest } from '../../host/route.ts';
import { bodyAnswer, send } from './answer.ts';
import { shownTarget } from './request-path.ts';

const NO_BODY = Buffer.alloc(0);

export function addOwnRoutes(app: FastifyInstance, routes: readonly Route[], clock: Pick<Clock, 'now'>): void {
  // Bytes as they came: signatures are over them, and no parser of ours is to be fooled by a type that a stranger names.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const route of routes) {
    app.route({
      method: route.method === 'GET' ? ['GET', 'HEAD'] : 'POST',
      url: route.path,
      // Fastify takes no ceiling of 0.
      bodyLimit: Math.max(1, route.maxBodyBytes),
      handler: (request, reply) => answerRoute(route, request, reply, clock.now()),
    });
  }
}

async function answerRoute(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  now: number,
): Promise<FastifyReply> {
  const { status, headers, body } = await route.answer(readRequest(request, now));
  if (body === null) return send({ status, headers, body }, reply);
  return send(bodyAnswer(request.method, status, { ...headers }, body), reply);
}

function readRequest(request: FastifyRequest, now: number): RouteRequest {
  const target = request.raw.url ?? '';
  const query = target.indexOf('?');
  return {
    method: request.method,
    path: shownTarget(target),
    params: request.params as Record<string, string>,
    query: new URLSearchParams(query === -1 ? '' : target.slice(query + 1)),
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : NO_BODY,
    address: request.ip,
    now,
  };
}
