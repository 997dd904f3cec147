// How an HTTP origin is asked: at a polite pace, with every answer told apart by what it means for a mirror. An origin that turns us away is left
// alone for hours, over restarts too.

import { type Clock, HOUR, isoTime, MINUTE } from '../../../host/clock.ts';
import type { HttpAnswer, HttpClient, HttpFailure, HttpRequest } from '../../../host/http.ts';
import type { Logger } from '../../../host/logger.ts';
import type { SourceMemory, SourceTrouble } from '../contract.ts';
import type { Throttle } from '../throttle.ts';

export type Answer =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  /** 404, 410; and 451, gone for a legal reason. */
  | { readonly kind: 'absent'; readonly status: number }
  /** 401, 403. */
  | { readonly kind: 'refused'; readonly sentence: string }
  /** Longer than it may be. */
  | { readonly kind: 'too-long'; readonly sentence: string }
  /** It came in part. */
  | { readonly kind: 'cut'; readonly answer: HttpAnswer; readonly trouble: SourceTrouble }
  | SourceTrouble;

export interface Asker {
  now(): number;
  /** Rejects with the signal's reason when aborted, and with what the request's sink threw. */
  ask(request: HttpRequest, signal: AbortSignal): Promise<Answer>;
}

export interface AskerOptions {
  readonly http: HttpClient;
  /** PEM of the authorities that are trusted instead of the public ones. */
  readonly ca: string | null;
  /** Requests a second. */
  readonly pace: Throttle;
  readonly memory: SourceMemory;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RETRIES = 3;
/** In a row: by then it is not single files that are closed to us. */
const REFUSALS = 20;
const BAN_MS = 4 * HOUR;
const BAN_KEY = 'left alone until';

export function makeAsker(options: AskerOptions): Asker {
  const { http, ca, pace, memory, clock, logger } = options;
  let refusals = 0;
  let aloneUntil = Number(memory.recall(BAN_KEY) ?? '0');
  return {
    now: () => clock.now(),
    async ask(request, signal) {
      const now = clock.now();
      // A clock that was set back by more than the ban itself does not prolong it.
      if (now < aloneUntil && aloneUntil - now <= BAN_MS) return banned(request, aloneUntil);
      await pace.take(1, signal);
      const outcome = await http.ask({ retries: RETRIES, ca, ...request }, signal);
      const answer = outcome.kind === 'answer' ? meaningOf(outcome) : troubleOf(outcome);
      refusals = answer.kind === 'refused' ? refusals + 1 : 0;
      if (refusals < REFUSALS) return answer;
      aloneUntil = clock.now() + BAN_MS;
      memory.remember(BAN_KEY, String(aloneUntil));
      logger.error(
        { host: new URL(request.url).host, until: isoTime(aloneUntil) },
        'origin turns us away and is left alone',
      );
      return banned(request, aloneUntil);
    },
  };
}

function meaningOf(answer: HttpAnswer): Answer {
  const { status, body, finalUrl } = answer;
  const said = (trouble: SourceTrouble['trouble'], what: string): SourceTrouble => ({
    kind: 'trouble',
    trouble,
    sentence: `${finalUrl}: ${what}.`,
  });
  if (status === 404 || status === 410 || status === 451) return { kind: 'absent', status };
  if (status === 401 || status === 403) return { kind: 'refused', sentence: `${finalUrl}: refused (status ${status})` };
  if (status === 429) return said('busy', 'the origin asks for fewer requests (status 429)');
  if (status === 503) return said('busy', 'the origin is overloaded or under maintenance (status 503)');
  if (status >= 500) return said('failed', `the origin failed (status ${status})`);
  const region = status >= 300 && status < 400 ? answer.headers['x-amz-bucket-region'] : undefined;
  if (region !== undefined)
    return said('refused', `the bucket is in the region ${region.slice(0, 40)}: set source.region`);
  if (!(status >= 200 && status < 300) && status !== 304) return said('protocol', `unexpected status ${status}`);
  switch (body.end) {
    case 'whole':
      return { kind: 'answer', answer };
    case 'ceiling':
      return { kind: 'too-long', sentence: `${finalUrl}: the answer goes on for longer than it may` };
    case 'cut':
      return { kind: 'cut', answer, trouble: said('unreachable', 'the connection was cut in the middle of an answer') };
    case 'slow':
      return { kind: 'cut', answer, trouble: said('timeout', 'the answer came too slowly and was given up') };
  }
}

const STAGES: Readonly<Record<HttpFailure['stage'], SourceTrouble['trouble']>> = {
  dns: 'unreachable',
  connect: 'unreachable',
  tls: 'unreachable',
  timeout: 'timeout',
  http: 'protocol',
  address: 'protocol',
  redirect: 'protocol',
  held: 'busy',
};

function troubleOf(failure: HttpFailure): SourceTrouble {
  return { kind: 'trouble', trouble: STAGES[failure.stage], sentence: `${failure.finalUrl}: ${failure.sentence}` };
}

function banned({ url }: HttpRequest, until: number): SourceTrouble {
  const sentence = `${new URL(url).host}: the origin turned us away many times in a row and is left alone until ${isoTime(until)}. Ask its operators; User-Agent and \`contact\` say who we are.`;
  return { kind: 'trouble', trouble: 'refused', sentence };
}

/** What an answer that is none means when there is no way round it. `url`: what was asked for, where it is not there. */
export function troubleIn(came: Answer, url = 'the origin'): SourceTrouble {
  switch (came.kind) {
    case 'trouble':
      return came;
    case 'cut':
      return came.trouble;
    case 'refused':
      return { kind: 'trouble', trouble: 'refused', sentence: `${came.sentence}.` };
    case 'too-long':
      return { kind: 'trouble', trouble: 'too-large', sentence: `${came.sentence}.` };
    case 'absent':
      return { kind: 'trouble', trouble: 'refused', sentence: `${url}: there is nothing (status ${came.status}).` };
    case 'answer':
      return {
        kind: 'trouble',
        trouble: 'protocol',
        sentence: `${came.answer.finalUrl}: that is not what was asked for.`,
      };
  }
}

/** What the origin says of when the file was written, epoch milliseconds; null when it does not say. */
export function modifiedAt(answer: HttpAnswer): number | null {
  const at = Date.parse(answer.headers['last-modified'] ?? '');
  return Number.isNaN(at) ? null : at;
}

/** The moment of an answer by the peer's own clock, epoch milliseconds; null when it does not say. */
export function servedAt(answer: HttpAnswer): number | null {
  const at = Date.parse(answer.headers.date ?? '');
  return Number.isNaN(at) || Math.abs(at - answer.endedAt) > 366 * 24 * 60 * MINUTE ? null : at;
}
