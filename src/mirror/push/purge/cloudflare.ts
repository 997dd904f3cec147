// Cloudflare: `POST /zones/ID/purge_cache` with up to 100 URLs or 30 prefixes, or everything.

import { jsonWords, purgedBy } from './answer.ts';
import type { Batch, CloudflareOptions, Purged, PurgeHost } from './contract.ts';
import { readToken } from './token.ts';

const CEILING_BYTES = 64 * 1024;
const words = jsonWords((value) => {
  const [first] = Array.isArray(value.errors) ? (value.errors as { code?: unknown; message?: unknown }[]) : [];
  return first === undefined ? null : `${first.code} ${first.message}`;
});

export async function purgeCloudflare(
  batch: Batch,
  options: CloudflareOptions,
  host: PurgeHost,
  signal: AbortSignal,
): Promise<Purged> {
  const token = readToken(options.tokenFile);
  if (token.kind !== 'token') return token;
  const outcome = await host.http.ask(
    {
      method: 'POST',
      url: `${options.api}/client/v4/zones/${encodeURIComponent(options.zone)}/purge_cache`,
      headers: { authorization: `Bearer ${token.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf(batch)),
      ceilingBytes: CEILING_BYTES,
      keep: true,
    },
    signal,
  );
  const purged = purgedBy(outcome, host.clock.now(), words);
  // It also says no with 200.
  if (purged.kind !== 'purged' || outcome.kind !== 'answer') return purged;
  const said = words(outcome.body.bytes.toString('utf8'));
  return said === null ? purged : { kind: 'later', reason: `the CDN says ${said}` };
}

function bodyOf(batch: Batch): Record<string, unknown> {
  if (batch.what === 'everything') return { purge_everything: true };
  return batch.what === 'prefix' ? { prefixes: batch.items } : { files: batch.items };
}
