// The one HTTP client. Whoever talks to another machine over HTTP does it through this: each wait has a deadline, each body a ceiling, and what
// one learns of a host's troubles all others know.

import { DEADLINES, type HttpClient, type HttpOptions } from './http/contract.ts';
import { openPools } from './http/pools.ts';
import { makeRemote, type Remote } from './http/remote.ts';
import { askAgain } from './http/retry.ts';

export type { Certificate } from './http/connector.ts';
export {
  DEADLINES,
  type Hop,
  type HttpAnswer,
  type HttpClient,
  type HttpFailure,
  type HttpOptions,
  type HttpOutcome,
  type HttpRequest,
} from './http/contract.ts';
export type { Body, BodyEnd, Deadlines, DigestName } from './http/exchange.ts';
export { isPublicAddress } from './http/public-address.ts';

const MOST_REMOTES = 10_000;

/** A client for as long as the process or the verb lives: what it knows of remote hosts is shared by all who are given it. */
export function openHttp(options: HttpOptions): HttpClient {
  const deadlines = { ...DEADLINES, ...options.deadlines };
  const pools = openPools({
    connections: options.connections ?? 4,
    localAddress: options.localAddress ?? null,
    deadlines,
  });
  const remotes = new Map<string, Remote>();
  const remoteOf = (url: URL): Remote => {
    const known = remotes.get(url.host);
    if (known !== undefined) return known;
    if (remotes.size >= MOST_REMOTES) remotes.clear();
    const made = makeRemote();
    remotes.set(url.host, made);
    return made;
  };
  const asking = { options, deadlines, pools, remoteOf };
  return {
    ask: (request, signal) => askAgain(request, asking, signal),
    heldUntil: (url) => remoteOf(new URL(url)).heldUntil(options.clock.now())?.until ?? null,
    [Symbol.asyncDispose]: () => pools[Symbol.asyncDispose](),
  };
}

/** `assay/0.1.0 (ops@example.org)`: whoever finds us in a log knows where to write. */
export function userAgentOf(version: string, contact: string | null): string {
  const reach = contact === null ? '' : ` (${contact.replace(/[^\x20-\x27\x2a-\x7e]/g, '?').slice(0, 200)})`;
  return `assay/${version}${reach}`;
}
