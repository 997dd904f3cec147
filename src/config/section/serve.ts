import { z } from 'zod';
import { isLoopback, parseListen } from '../address.ts';
import { combination } from '../combination.ts';
import { amount, count, filePath, listen, network, webUrl } from '../format.ts';
import type { Frozen } from '../frozen.ts';

const certificate = filePath().describe('PEM file with the certificate and its chain; read again when it changes.');
const key = filePath().describe('PEM file with the private key, readable by the assay user alone.');

const tls = z.strictObject({
  certificate,
  key,
  also: z
    .array(z.strictObject({ certificate, key }))
    .default([])
    .describe('Further certificates, for clients that ask for a name of theirs; who names none gets the first.'),
  profile: z
    .enum(['modern', 'legacy'])
    .default('modern')
    .describe('`modern`: TLS 1.2 and 1.3. `legacy`: also 1.0 and 1.1, for old build tools.'),
  hsts_seconds: count()
    .default(0)
    .describe(
      '`Strict-Transport-Security` for so many seconds; 0: not sent. Cannot be taken back by clients that saw it.',
    ),
});

const limits = z.strictObject({
  connections: z
    .int()
    .min(1)
    .default(10_000)
    .describe('Open connections of each serve process; further ones are cut as they come.'),
  per_address: z
    .int()
    .min(1)
    .default(1000)
    .describe('Open connections of one client address to each serve process: whole offices build from behind one.'),
  requests_per_second: amount()
    .default(0)
    .describe(
      'Requests per second of one client address to each serve process, ten seconds of them at once; beyond, 429. 0: no limit.',
    ),
});

const slowAfter = (defaults: number[], what: string) =>
  z
    .array(amount())
    .min(1)
    .max(2)
    .default(defaults)
    .describe(`${what}, milliseconds: from the first on an info line, from the second on a warning; 0 logs always.`);

const slowMs = z.strictObject({
  request: slowAfter([1000, 10_000], 'A request until its last byte'),
  sql: slowAfter([50], 'A write to the database, with its wait for others'),
  fsync: slowAfter([200], 'Bytes to disk'),
  probe: slowAfter([10_000], 'A request of the crawl'),
  put: slowAfter([5000], 'An upload'),
});

/** How the published tree is served. */
export const serveSection = z.strictObject({
  listen: z
    .array(listen())
    .min(1)
    .default(['[::]:443'])
    .describe('Addresses and ports. Port 0: a free one, printed at start.'),
  processes: z
    .union([z.literal('auto'), z.int().min(1).max(256)], { error: 'auto, or a whole number from 1 to 256' })
    .default('auto')
    .describe('Serve processes; `auto`: one less than cores, at least 1, so that a pass never stalls an answer.'),
  tls: tls.nullable().default(null).describe('Certificate and key; null only with `plain_http`.'),
  plain_http: z
    .boolean()
    .default(false)
    .describe(
      'Serves HTTP without TLS: true only on loopback or behind a proxy that adds it. Build tools refuse plain HTTP from elsewhere.',
    ),
  redirect_http: z
    .array(listen())
    .default(['[::]:80'])
    .describe(
      'Addresses that speak plain HTTP: pages are redirected to HTTPS, build tools told to use it, ACME challenges answered; not used with `plain_http`.',
    ),
  acme_challenges: filePath()
    .nullable()
    .default(null)
    .describe(
      'Web root of the ACME client (certbot `--webroot-path`): `redirect_http` answers challenges from it; null: `acme` in the data directory.',
    ),
  trusted_proxies: z
    .array(network())
    .default([])
    .describe(
      'Proxies whose `Forwarded` and `X-Forwarded-*` headers are believed. From anybody else they are ignored.',
    ),
  accel_redirect: z
    .string()
    .regex(/^\/(?:[A-Za-z0-9._~-]+\/)+$/, { error: 'a path that begins and ends with "/", such as "/-/published/"' })
    .nullable()
    .default(null)
    .describe(
      'Internal location of nginx over the published tree: a trusted proxy is told to send large files from there itself (`X-Accel-Redirect`); null: assay sends all of them.',
    ),
  also_at: z
    .array(
      z.string().regex(/^\/(?!-\/|\.)(?:[A-Za-z0-9._~-]+\/)+$/, {
        error: 'a path that begins and ends with "/", such as "/repo/", and is not under "/-/"',
      }),
    )
    .default([])
    .describe('Further paths under which the repository is served, such as `/repo/`, for clients that know it there.'),
  deploy_at: webUrl()
    .nullable()
    .default(null)
    .describe('Where clients are sent that try to deploy here; null: they are told of the origin.'),
  limits: limits.prefault({}).describe('What one client, and all of them, may take.'),
  access_log: filePath()
    .nullable()
    .default('/var/log/assay/access.log')
    .describe('File of the access log; null: none.'),
  log_addresses: z
    .enum(['full', 'truncated', 'none'])
    .default('truncated')
    .describe('What of a client address is kept; `truncated`: /24 of IPv4, /48 of IPv6.'),
  slow_ms: slowMs.prefault({}).describe('When something counts as slow and is logged by the daemon.'),
});

export const serveCombinations = [
  combination(serveSection, ['plain_http', 'tls'], 'tls', ({ plain_http, tls: certificate }) =>
    plain_http || certificate !== null ? null : 'certificate and key (plain_http is false)',
  ),
  combination(serveSection, ['plain_http', 'tls'], 'tls', ({ plain_http, tls: certificate }) =>
    plain_http && certificate !== null ? 'null (plain_http is true)' : null,
  ),
  combination(serveSection, ['plain_http', 'listen', 'trusted_proxies'], 'plain_http', (serve) =>
    serve.plain_http && serve.trusted_proxies.length === 0 && !serve.listen.every(isLocal)
      ? 'false, or listen on loopback only, or trusted_proxies that name the TLS proxy in front'
      : null,
  ),
  combination(serveSection, ['accel_redirect', 'trusted_proxies'], 'accel_redirect', (serve) =>
    serve.accel_redirect !== null && serve.trusted_proxies.length === 0
      ? 'null, or trusted_proxies that name the nginx in front: nobody else is told to send files itself'
      : null,
  ),
  combination(serveSection, ['listen', 'redirect_http', 'plain_http'], 'redirect_http', (serve) =>
    !serve.plain_http &&
    serve.redirect_http.some((address) => !address.endsWith(':0') && serve.listen.includes(address))
      ? 'other addresses than listen'
      : null,
  ),
];

function isLocal(text: string): boolean {
  const address = parseListen(text);
  return address !== null && isLoopback(address);
}

export type ServeConfig = Frozen<z.output<typeof serveSection>>;
