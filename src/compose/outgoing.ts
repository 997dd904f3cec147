import { randomInt } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../host/clock.ts';
import { type HttpClient, openHttp, userAgentOf } from '../host/http.ts';
import { ownVersion } from './version.ts';

/** A client that says who we are. Opens no connection before it is asked. */
export function openOutgoing(config: Pick<Config, 'contact'>, clock: Clock): HttpClient {
  const chance = () => randomInt(2 ** 32) / 2 ** 32;
  return openHttp({ userAgent: userAgentOf(ownVersion(), config.contact), clock, chance });
}
