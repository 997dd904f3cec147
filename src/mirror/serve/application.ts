import { METHODS } from 'node:http';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Clock, SECOND } from '../../host/clock.ts';
import { systemCode } from '../../host/error.ts';
import type { Logger } from '../../host/logger.ts';
import type { Route } from '../../host/route.ts';
import type { AbsenceRooms } from './absent.ts';
import { send } from './answer.ts';
import { makeDamageReport } from './damage-report.ts';
import type { Asked } from './delivery.ts';
import type { ServeFigures } from './figures.ts';
import { makeFrontPage } from './front-page.ts';
import { addOwnRoutes } from './own-routes.ts';
import { problemAnswer } from './problem.ts';
import { answerRepository, type Shelf } from './repository.ts';
import { shownTarget } from './request-path.ts';

export interface SiteOptions {
  /** The installation's name, on its front page. */
  readonly name: string;
  /** The published tree. */
  readonly published: string;
  /** Where clients that try to write are sent, or null when nobody knows. */
  readonly deployAt: string | null;
}

export interface ServeRooms extends AbsenceRooms {
  readonly inventory: Shelf;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** What is answered outside of the repository. */
  readonly routes: readonly Route[];
  readonly figures: ServeFigures;
}

const READING = ['GET', 'HEAD'];
/** As nginx counts it. */
const CLIENT_GONE = 499;

/** The site as a value: no socket, no timer; tests drive it with `inject`. */
export function buildServer(options: SiteOptions, rooms: ServeRooms): FastifyInstance {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    // Closing lets what is under way end; a 503 in between would make a client give up on us (Gradle: on the whole repository).
    return503OnClosing: false,
    bodyLimit: 1,
    frameworkErrors: (_error, request, reply) => {
      send(malformedTarget(request), reply);
    },
    routerOptions: { querystringParser: () => NO_QUERY },
  });
  app.setErrorHandler((error, request, reply) => send(failure(error, request, rooms), reply));
  app.addHook('onRequest', (request, reply, done) => {
    count(request, reply, rooms.figures);
    done();
  });
  addOwnRoutes(app, rooms.routes, rooms.clock);
  refuseOwnStrangers(app);
  refuseWriting(app, options.deployAt);
  addRepository(app, options, rooms);
  return app;
}

const NO_QUERY = {};

function count(request: FastifyRequest, reply: FastifyReply, figures: ServeFigures): void {
  const begun = performance.now();
  reply.raw.once('close', () => {
    const seconds = (performance.now() - begun) / SECOND;
    const status = reply.raw.writableFinished ? reply.raw.statusCode : CLIENT_GONE;
    const bytes = Number(reply.raw.getHeader('content-length') ?? 0);
    const of = request.raw.url?.startsWith('/-/') ? 'own' : 'repository';
    figures.count({ of, method: request.method, status, seconds, bytes: request.method === 'HEAD' ? 0 : bytes });
  });
}

function addRepository(app: FastifyInstance, options: SiteOptions, rooms: ServeRooms): void {
  const { inventory, clock, logger } = rooms;
  const repository = {
    inventory,
    clock,
    takenDown: (path: string) => rooms.takenDown(path),
    heldBack: (path: string) => rooms.heldBack(path),
    published: options.published,
    damageReport: makeDamageReport(logger, clock),
    frontPage: makeFrontPage(options.name),
  };
  app.route({
    method: READING,
    url: '/*',
    handler: async (request, reply) =>
      send(await answerRepository(request.raw.url ?? '', asked(request, clock.now()), repository), reply),
  });
}

function asked(request: FastifyRequest, now: number): Asked {
  return { method: request.method, headers: request.headers, shown: shownTarget(request.raw.url ?? ''), now };
}

/** What is under `/-/` is ours: a name that is not known there must not be looked up in the repository. */
function refuseOwnStrangers(app: FastifyInstance): void {
  const handler = (request: FastifyRequest, reply: FastifyReply) =>
    send(
      problemAnswer(request.method, {
        status: 404,
        detail: 'This server has no such page.',
        instance: shownTarget(request.raw.url ?? ''),
        headers: { 'cache-control': 'public, max-age=60' },
      }),
      reply,
    );
  app.route({ method: READING, url: '/-', handler });
  app.route({ method: READING, url: '/-/*', handler });
}

/**
 * Every other method, before a byte of its body is read: what a client goes on sending after the answer is thrown away until the request's
 * deadline, so that it gets to read where to deploy and not a reset connection.
 */
function refuseWriting(app: FastifyInstance, deployAt: string | null): void {
  const refused = METHODS.filter((method) => !READING.includes(method) && method !== 'CONNECT');
  for (const method of refused) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);
  const refuse = (request: FastifyRequest, reply: FastifyReply) =>
    send(
      problemAnswer(request.method, {
        status: 405,
        type: 'read-only',
        title: 'Read-only',
        detail: `This is a read-only mirror. ${deployAt === null ? 'Deploy to its origin.' : `Deploy to ${deployAt}`}`,
        instance: shownTarget(request.raw.url ?? ''),
        headers: { allow: 'GET, HEAD' },
        more: { deploy_at: deployAt },
      }),
      reply,
    );
  app.route({
    method: refused,
    url: '/*',
    onRequest: async (request, reply) => refuse(request, reply),
    handler: refuse,
  });
}

function malformedTarget(request: FastifyRequest) {
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

function failure(error: unknown, request: FastifyRequest, rooms: ServeRooms) {
  const instance = shownTarget(request.raw.url ?? '');
  const refusal = REFUSALS[systemCode(error) ?? ''];
  if (refusal !== undefined) return problemAnswer(request.method, { ...refusal, instance });
  rooms.logger.error({ err: error, path: instance }, 'request failed');
  return problemAnswer(request.method, {
    status: 500,
    detail: 'This mirror failed. Its operator has been told.',
    instance,
  });
}
