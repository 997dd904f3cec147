// Assay's own routes under `/-/`.

import type { FastifyInstance } from 'fastify';
import { type Answer, bodyAnswer, send } from './answer.ts';

export interface Health {
  /** False only when this machine cannot truthfully serve its tree: an origin that is down is no reason. */
  readonly healthy: boolean;
  /** One sentence each; empty when healthy. */
  readonly reasons: readonly string[];
}

export interface OwnRooms {
  health(): Health | Promise<Health>;
  /** The `result` of `assay status --json`. */
  status(): unknown;
}

const STATUS_CACHING = 'public, max-age=10';

export function addOwnRoutes(app: FastifyInstance, rooms: OwnRooms): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/-/health',
    handler: async (request, reply) => {
      const health = await rooms.health();
      return send(jsonAnswer(request.method, health.healthy ? 200 : 503, 'no-store', health), reply);
    },
  });
  app.route({
    method: ['GET', 'HEAD'],
    url: '/-/status.json',
    handler: async (request, reply) =>
      send(jsonAnswer(request.method, 200, STATUS_CACHING, await rooms.status()), reply),
  });
}

function jsonAnswer(method: string, status: number, caching: string, value: unknown): Answer {
  const headers = {
    'content-type': 'application/json',
    'cache-control': caching,
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  };
  return bodyAnswer(method, status, headers, Buffer.from(`${JSON.stringify(value)}\n`, 'utf8'));
}
