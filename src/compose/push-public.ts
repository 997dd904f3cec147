// Where clients read what a target has, and what they are answered there.

import { randomInt } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import { type Clock, SECOND } from '../host/clock.ts';
import { type HttpClient, openHttp, userAgentOf } from '../host/http.ts';
import type { AskStatus } from '../mirror/push/push.ts';
import type { BucketTarget } from './push-target.ts';
import { ownVersion } from './version.ts';

const ANSWER_MS = 20 * SECOND;

/** As a client asks, where clients ask. */
export function askPublic(config: Config, target: BucketTarget, host: { readonly clock: Clock }): AskStatus {
  const base = publicUrlOf(target, config);
  return async (path, signal) => {
    await using http = httpFor(config, host);
    const deadlines = { totalMs: ANSWER_MS };
    const outcome = await http.ask({ method: 'HEAD', url: `${base}${path}`, ceilingBytes: 0, deadlines }, signal);
    return outcome.kind === 'answer' ? outcome.status : null;
  };
}

/** With a slash at its end, the prefix included. */
export function publicUrlOf(target: BucketTarget, config: Config): string {
  if (target.public_url !== null) return urlOf(target.public_url, config);
  if (target.purge !== null) return urlOf(target.purge.url, config);
  const { bucket, endpoint, region, path_style: isPathStyle } = target;
  const store = new URL(endpoint ?? `https://s3.${region}.amazonaws.com/`);
  const host = isPathStyle ? store.host : `${bucket}.${store.host}`;
  const folder = isPathStyle ? `${store.pathname.replace(/\/$/, '')}/${bucket}` : '';
  return `${store.protocol}//${host}${folder}/${target.prefix.split('/').map(encodeURIComponent).join('/')}`;
}

/** With a slash at its end; null: this installation's own name. */
export function urlOf(url: string | null, config: Config): string {
  const text = url ?? `https://${config.name}/`;
  return text.endsWith('/') ? text : `${text}/`;
}

export function httpFor(config: Config, host: { readonly clock: Clock }): HttpClient {
  const chance = () => randomInt(2 ** 32) / 2 ** 32;
  return openHttp({ userAgent: userAgentOf(ownVersion(), config.contact), clock: host.clock, chance });
}
