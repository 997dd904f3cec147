import type { Config } from '../config/schema.ts';
import type { Clock } from '../host/clock.ts';
import { type HttpClient, openHttp, userAgentOf } from '../host/http.ts';
import { ownVersion } from './version.ts';

/** A client that says who we are, as far as we are somebody: a developer has no installation. Opens no connection before it is asked. */
export function openOutgoing({ contact }: Pick<Config, 'contact'>, clock: Clock): HttpClient {
  return openHttp({ userAgent: userAgentOf(ownVersion(), contact), clock, chance: () => 0 });
}
