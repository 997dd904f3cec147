// Fastly: `POST /service/ID/purge` with up to 256 surrogate keys, `POST /purge/HOST/PATH` for a URL, `POST /service/ID/purge_all`.

import type { HttpRequest } from '../../../host/http.ts';
import { jsonWords, purgedBy } from './answer.ts';
import type { Batch, FastlyOptions, Purged, PurgeHost } from './contract.ts';
import { readToken } from './token.ts';

const CEILING_BYTES = 64 * 1024;
const words = jsonWords((value) => value.msg ?? value.detail);

export async function purgeFastly(
  batch: Batch,
  options: FastlyOptions,
  host: PurgeHost,
  signal: AbortSignal,
): Promise<Purged> {
  const token = readToken(options.tokenFile);
  if (token.kind !== 'token') return token;
  for (const request of requestsOf(batch, options)) {
    const headers = { 'fastly-key': token.token, accept: 'application/json', ...request.headers };
    const outcome = await host.http.ask({ ...request, headers, ceilingBytes: CEILING_BYTES, keep: true }, signal);
    const purged = purgedBy(outcome, host.clock.now(), words);
    if (purged.kind !== 'purged') return purged;
  }
  return { kind: 'purged' };
}

type Sent = Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>;

function requestsOf(batch: Batch, options: FastlyOptions): Sent[] {
  const service = `${options.api}/service/${encodeURIComponent(options.service)}`;
  const soft: Record<string, string> = options.soft ? { 'fastly-soft-purge': '1' } : {};
  switch (batch.what) {
    case 'everything':
      // There is no soft way to do this.
      return [{ method: 'POST', url: `${service}/purge_all`, headers: {}, body: '' }];
    case 'key': {
      const body = JSON.stringify({ surrogate_keys: batch.items });
      return [
        { method: 'POST', url: `${service}/purge`, headers: { ...soft, 'content-type': 'application/json' }, body },
      ];
    }
    default:
      return batch.items.map((url) => ({
        method: 'POST',
        url: `${options.api}/purge/${url.replace(/^https?:\/\//, '')}`,
        headers: soft,
        body: '',
      }));
  }
}
