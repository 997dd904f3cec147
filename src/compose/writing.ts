// What may be written over HTTP: the verbs of the command line, under `/-/api/v1/`, for whoever shows a token. Nothing here does anything itself.

import { z } from 'zod';
import { evidenceShape } from '../client/check.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import type { Logger } from '../host/logger.ts';
import { jsonAnswer, type Refusal, type Route, type RouteRequest, refusalAnswer } from '../host/route.ts';
import { authorize, type TokenScope } from '../operator/token.ts';
import { parseDay } from '../stats/tally.ts';
import { noteEvidence } from './evidence.ts';
import { incidentVerbs } from './incidenting.ts';
import { enrollKey, primaryVerbs } from './primary.ts';
import type { Rooms } from './rooms.ts';
import { takedownVerbs } from './taking-down.ts';
import { clean, type Done } from './verbs.ts';

const MOST_BODY_BYTES = 64 * 1024;
const DEADLINE_MS = 60_000;
/** A pass holds the tree for long; whoever waits on the other side of HTTP does not. */
const WAIT_SECONDS = 20;

const reason = z.string().trim().min(1).max(1000);
const what = z.string().min(1).max(1024);
const takedown = z.strictObject({ what, reason, legal: z.boolean().default(false) });
const acceptance = z.strictObject({ mirror: z.string().min(1).max(253), day: z.iso.date(), reason });
const enrolment = z.strictObject({
  mirror: z.string().min(1).max(253),
  key: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  reason,
});
const remark = z.strictObject({ note: reason });
const lifting = z.strictObject({ what, reason });

export interface WritingHost {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One verb over HTTP. `act` gets a body of that shape and who asked, for the audit trail. */
export interface Writing<Body> {
  /** Below `/-/api/v1/`. */
  readonly path: string;
  readonly scope: TokenScope;
  readonly shape: z.ZodType<Body>;
  act(body: Body, actor: string, request: RouteRequest, signal: AbortSignal): Promise<Done<unknown>>;
}

/** `rooms` are open for reading alone: each act opens what it writes, and no longer than it needs. */
export function writingRoutes(config: Config, rooms: Rooms, host: WritingHost): Route[] {
  const verbs = takedownVerbs({ ...host, onEvent: () => {} });
  const incidents = incidentVerbs(host);
  return [
    writingRoute(rooms, {
      path: 'takedowns',
      scope: 'takedown',
      shape: takedown,
      act: (body, actor, _request, signal) =>
        verbs.takedownAdd(config, { ...body, actor, waitSeconds: WAIT_SECONDS }, signal),
    }),
    writingRoute(rooms, {
      path: 'takedowns/lift',
      scope: 'takedown',
      shape: lifting,
      act: (body, actor, _request, signal) =>
        verbs.takedownLift(config, body.what, { reason: body.reason, actor, waitSeconds: WAIT_SECONDS }, signal),
    }),
    writingRoute(rooms, {
      path: 'incidents/:id/acknowledge',
      scope: 'acknowledge',
      shape: remark,
      act: ({ note }, actor, { params }) => incidents.incidentsAcknowledge(config, params.id ?? '', { note, actor }),
    }),
    writingRoute(rooms, {
      path: 'incidents/:id/resolve',
      scope: 'acknowledge',
      shape: remark,
      act: ({ note }, actor, { params }, signal) =>
        incidents.incidentsResolve(config, params.id ?? '', { note, actor }, signal),
    }),
    ...(config.primary === null ? [] : primaryWriting(config, rooms, host)),
  ];
}

function primaryWriting(config: Config, rooms: Rooms, host: WritingHost): Route[] {
  const verbs = primaryVerbs(host);
  return [
    writingRoute(rooms, {
      path: 'statistics/accept',
      scope: 'statistics',
      shape: acceptance,
      act: (body, actor) => verbs.statsAccept(config, { ...body, day: parseDay(body.day) ?? 0, actor }),
    }),
    writingRoute(rooms, {
      path: 'mirrors/enroll',
      scope: 'enroll',
      shape: enrolment,
      act: async (body, actor) => clean(enrollKey(config, { ...body, actor }, host)),
    }),
    writingRoute(rooms, {
      path: 'evidence',
      scope: 'evidence',
      shape: evidenceShape,
      act: async (body, actor) => noteEvidence(config, body, actor, host.clock),
    }),
  ];
}

export function writingRoute<Body>(rooms: Pick<Rooms, 'tokens'>, { path, scope, shape, act }: Writing<Body>): Route {
  const answer = async (request: RouteRequest) => {
    const allowed = authorize(request, scope, rooms.tokens);
    if (allowed.kind === 'refused') return allowed.answer;
    const body = shape.safeParse(readJson(request.body));
    if (!body.success)
      return refusalAnswer(request, { status: 422, type: 'body-wrong', detail: z.prettifyError(body.error) });
    try {
      const done = await act(body.data, allowed.actor, request, AbortSignal.timeout(DEADLINE_MS));
      return jsonAnswer(200, 'no-store', done.result);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return refusalAnswer(request, refusalOf(error));
    }
  };
  return { method: 'POST', path: `/-/api/v1/${path}`, weight: 'vital', maxBodyBytes: MOST_BODY_BYTES, answer };
}

/** Undefined when it is no JSON: no shape takes that. */
function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refusalOf({ code, message, remedy }: CodedError): Refusal {
  const detail = remedy === null ? message : `${message} ${remedy}`;
  if (code === 'busy') return { status: 503, type: code, detail, headers: { 'retry-after': '60' } };
  if (code.endsWith('-unknown')) return { status: 404, type: code, detail };
  return { status: code.endsWith('-wrong') ? 422 : 500, type: code, detail };
}
