import { type Asking, askOnce } from './ask-once.ts';
import type { Circumstances, Hop, HttpFailure, HttpOutcome, HttpRequest } from './contract.ts';
import { directionOf } from './redirect.ts';

const REDIRECTS = 5;

/** One request and the redirects after it. Only a GET or HEAD goes anywhere else than where it was sent. */
export async function follow(request: HttpRequest, asking: Asking, signal: AbortSignal): Promise<HttpOutcome> {
  const { clock } = asking.options;
  const first = new URL(request.url);
  const askedAt = clock.now();
  const hops: Hop[] = [];
  const most = request.method === 'GET' || request.method === 'HEAD' ? (request.redirects ?? REDIRECTS) : 0;
  for (let url = first; ; ) {
    const isFirstHost = url.host === first.host && url.protocol === first.protocol;
    const { outcome, certificate } = await askOnce(request, url, isFirstHost, asking, signal);
    const around = { url: first.href, finalUrl: url.href, hops, certificate, askedAt, endedAt: clock.now() };
    if (outcome.kind === 'failure' || most === 0) return { ...outcome, ...around };
    const direction = directionOf(outcome.status, outcome.headers.location, url);
    if (direction.kind === 'stay') return { ...outcome, ...around };
    if (direction.kind === 'refused') return refused(direction.sentence, around);
    if (hops.length >= most) return refused(`It redirects more than ${most} times.`, around);
    hops.push({ url: url.href, status: outcome.status });
    url = direction.url;
  }
}

function refused(sentence: string, around: Circumstances): HttpFailure {
  return { kind: 'failure', stage: 'redirect', detail: 'EREDIRECT', sentence, retryAt: null, ...around };
}
