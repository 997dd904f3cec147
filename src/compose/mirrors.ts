// `assay mirrors`: who has a copy, from whatever list can be had, and how far away each is.

import type { Config } from '../config/schema.ts';
import type { Problem } from '../config/shape/envelope.ts';
import type { MirrorsResult } from '../config/shape/mirrors.ts';
import { type Clock, SECOND } from '../host/clock.ts';
import { CodedError } from '../host/error.ts';
import type { HttpClient } from '../host/http.ts';
import type { ListedMirror, MirrorList } from '../primary/mirror-list.ts';
import { carriedListFile, readList } from './carried-list.ts';
import { getList } from './list-getting.ts';
import { openOutgoing } from './outgoing.ts';
import { caOf } from './reporting.ts';
import type { Done, Outcome } from './verbs.ts';

export interface MirrorsRequest {
  /** URL or file; null: what lies here. */
  readonly from: string | null;
  readonly measure: boolean;
  /** The primary's public key; null: as remembered. */
  readonly key: string | null;
  /** Where the last good list is remembered, for whoever has no installation. */
  readonly memory: string;
}

export interface MirrorsVerbs {
  /** Without a configuration: as a developer who has no installation. */
  mirrors(config: Config | null, request: MirrorsRequest, signal: AbortSignal): Promise<Done<MirrorsResult>>;
}

const MEASURED_AT_ONCE = 8;
const MEASURE_DEADLINES = { connectMs: 5 * SECOND, tlsMs: 5 * SECOND, headersMs: 5 * SECOND, totalMs: 8 * SECOND };

export function mirrorsVerbs(clock: Clock): MirrorsVerbs {
  return { mirrors: (config, request, signal) => listMirrors(config, request, clock, signal) };
}

async function listMirrors(
  config: Config | null,
  request: MirrorsRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<Done<MirrorsResult>> {
  await using http = openOutgoing(config ?? { contact: null }, clock);
  const memory = config === null ? request.memory : carriedListFile(config);
  const ca = config?.report == null ? null : caOf(config.report);
  const pinned = request.key ?? config?.report?.primary_key ?? null;
  const now = clock.now();
  const problems: Problem[] = [];
  const outcomes: Outcome[] = [];
  let list: MirrorList | null = null;
  if (request.from !== null) {
    const gotten = await getList(request.from, { http, now, memory, pinned, ca }, signal);
    if (gotten.kind === 'good') list = gotten.list;
    else {
      problems.push(notGood(request.from, gotten.why));
      outcomes.push('could-not');
    }
  }
  const source = list === null ? 'remembered' : 'asked';
  list ??= readList(memory, pinned)?.list ?? null;
  if (list === null) throw noList(request.from, problems[0]?.sentence ?? null);
  const isExpired = Date.parse(list.expires_at) <= now;
  if (isExpired) problems.push(expired(list));
  const latencies = request.measure ? await measure(list.mirrors, http, ca, signal) : null;
  const mirrors = list.mirrors.map((mirror) => ({
    ...mirror,
    ...(latencies?.get(mirror.name) ?? { latency_ms: null, answer: null }),
  }));
  const { primary, sequence, made_at, expires_at, minimum, origin, signature } = list;
  const result = {
    primary,
    sequence,
    made_at,
    expires_at,
    expired: isExpired,
    source,
    key: signature.public_key,
    minimum,
    origin,
    mirrors,
  } as const;
  return { result, problems, outcomes: outcomes.length === 0 ? ['clean'] : outcomes };
}

interface Latency {
  readonly latency_ms: number | null;
  readonly answer: string | null;
}

/** The second of two questions, over the connection of the first: what a build tool waits for each file. */
async function measure(
  mirrors: readonly ListedMirror[],
  http: HttpClient,
  ca: string | null,
  signal: AbortSignal,
): Promise<Map<string, Latency>> {
  const latencies = new Map<string, Latency>();
  const waiting = mirrors.values();
  const ask = (url: string) =>
    http.ask({ method: 'HEAD', url, ca, ceilingBytes: 0, redirects: 0, deadlines: MEASURE_DEADLINES }, signal);
  const worker = async (): Promise<void> => {
    for (const { name, url } of waiting) {
      const first = await ask(url);
      const outcome = first.kind === 'answer' ? await ask(url) : first;
      latencies.set(
        name,
        outcome.kind === 'answer'
          ? { latency_ms: outcome.endedAt - outcome.askedAt, answer: String(outcome.status) }
          : { latency_ms: null, answer: outcome.sentence },
      );
    }
  };
  await Promise.all(Array.from({ length: MEASURED_AT_ONCE }, worker));
  return latencies;
}

function notGood(from: string, why: string): Problem {
  const remedy =
    'What is shown is the last good list; ask again, or another mirror: each carries it under .meta/assay/mirrors.json.';
  return {
    code: 'mirrors-not-good',
    sentence: `The list of mirrors from ${from} is not taken: ${why}.`,
    remedy,
    path: from,
  };
}

function expired({ expires_at }: MirrorList): Problem {
  const sentence = `The list of mirrors ran out at ${expires_at}: its primary has not renewed it.`;
  return {
    code: 'mirrors-expired',
    sentence,
    remedy: 'Its mirrors may be fine; what it says of their health is old.',
    path: null,
  };
}

function noList(from: string | null, sentence: string | null): CodedError {
  return new CodedError('mirrors-none', sentence ?? 'No list of mirrors lies here.', {
    ...(from === null ? {} : { path: from }),
    remedy:
      'Give --from URL, the primary or any of its mirrors: https://HOST/-/mirrors.json or https://HOST/.meta/assay/mirrors.json.',
  });
}
