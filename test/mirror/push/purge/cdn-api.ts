// Stand-ins for the purge APIs of CDNs: real HTTP servers that take, refuse and limit requests as each of them documents it.

import { createHash, createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { systemClock } from '../../../../src/host/clock.ts';
import { openHttp } from '../../../../src/host/http.ts';
import type { PurgeHost } from '../../../../src/mirror/push/purge/contract.ts';
import { temporaryFolder } from '../../../support/folder.ts';

export const TOKEN = 'a-token-that-may-purge';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface CdnApi {
  readonly url: string;
  readonly tokenFile: string;
  readonly host: PurgeHost;
  /** Requests that were taken, in order. */
  readonly taken: Asked[];
  /** Requests that it takes before it asks for quiet; none: it never does. */
  tokens: number;
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

type Answer = (asked: Asked, isOverLimit: boolean) => Reply;

async function startApi(t: TestContext, answer: Answer): Promise<CdnApi> {
  const folder = temporaryFolder(t);
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  const taken: Asked[] = [];
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    };
    const { status, headers = {}, body } = answer(asked, api.tokens <= 0);
    if (status < 300) {
      taken.push(asked);
      api.tokens -= 1;
    }
    response.writeHead(status, headers).end(body);
  };
  const server = createServer((request, response) => void reply(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = openHttp({ userAgent: 'assay/test', clock: systemClock, chance: () => 0 });
  t.after(async () => {
    await http[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api: CdnApi = { url, tokenFile, taken, tokens: Number.POSITIVE_INFINITY, host: { http, clock: systemClock } };
  return api;
}

const json = { 'content-type': 'application/json' };

/** `POST /service/ID/purge`, `/service/ID/purge_all` and `/purge/HOST/PATH`, with `Fastly-Key`. */
export async function startFastly(t: TestContext, service: string): Promise<CdnApi> {
  return await startApi(t, ({ method, path, headers, body }, isOverLimit) => {
    if (method !== 'POST') return { status: 405, body: '' };
    if (headers['fastly-key'] !== TOKEN) {
      return { status: 401, headers: json, body: '{"msg":"Provided credentials are missing or invalid"}' };
    }
    if (isOverLimit) {
      const reset = String(Math.floor(systemClock.now() / 1000) + 1800);
      const limits = { 'fastly-ratelimit-remaining': '0', 'fastly-ratelimit-reset': reset };
      return {
        status: 429,
        headers: { ...json, ...limits },
        body: '{"msg":"You have exceeded your hourly rate limit"}',
      };
    }
    if (path.startsWith('/purge/') || path === `/service/${service}/purge_all`) {
      return { status: 200, headers: json, body: '{"status":"ok","id":"108-1391560174-974124"}' };
    }
    if (path !== `/service/${service}/purge`) return { status: 404, headers: json, body: '{"msg":"Record not found"}' };
    const { surrogate_keys: keys } = JSON.parse(body) as { surrogate_keys: string[] };
    if (keys.length > 256 || keys.some((key) => key === '' || /\s/.test(key) || key.length > 1024)) {
      return { status: 400, headers: json, body: '{"msg":"Bad request"}' };
    }
    return { status: 200, headers: json, body: JSON.stringify(Object.fromEntries(keys.map((key) => [key, 'id']))) };
  });
}

/** `POST /client/v4/zones/ID/purge_cache` with a bearer token. */
export async function startCloudflare(t: TestContext, zone: string): Promise<CdnApi> {
  const failure = (status: number, code: number, message: string, headers: Record<string, string> = {}) => ({
    status,
    headers: { ...json, ...headers },
    body: JSON.stringify({ success: false, errors: [{ code, message }], messages: [], result: null }),
  });
  return await startApi(t, ({ method, path, headers, body }, isOverLimit) => {
    if (method !== 'POST' || path !== `/client/v4/zones/${zone}/purge_cache`)
      return failure(404, 7003, 'Could not route');
    if (headers.authorization !== `Bearer ${TOKEN}`) return failure(403, 10000, 'Authentication error');
    if (isOverLimit) return failure(429, 971, 'Please wait', { 'retry-after': '240' });
    const { files = [], prefixes = [] } = JSON.parse(body) as { files?: string[]; prefixes?: string[] };
    if (files.length > 100 || prefixes.length > 30) return failure(400, 1094, 'Too many in one request');
    if (files.some((file) => !URL.canParse(file))) return failure(400, 1016, 'Unable to purge, not a URL');
    return {
      status: 200,
      headers: json,
      body: JSON.stringify({ success: true, errors: [], messages: [], result: { id: 'i' } }),
    };
  });
}

export const ACCESS_KEY = { id: 'AKIDEXAMPLE', secret: 'a+secret/for=tests' };

/** `POST /2020-05-31/distribution/ID/invalidation`, signed with version 4 for the service `cloudfront`. */
export async function startCloudfront(t: TestContext, distribution: string): Promise<CdnApi> {
  const failure = (status: number, code: string) => ({
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  });
  return await startApi(t, (asked, isOverLimit) => {
    if (!isSigned(asked)) return failure(403, 'SignatureDoesNotMatch');
    if (asked.path !== `/2020-05-31/distribution/${distribution}/invalidation`)
      return failure(404, 'NoSuchDistribution');
    const paths = pathsOf(asked.body);
    const wildcards = paths.filter((path) => path.endsWith('*'));
    if (isOverLimit || wildcards.length > 15) return failure(400, 'TooManyInvalidationsInProgress');
    if (paths.some((path) => !path.startsWith('/'))) return failure(400, 'InvalidArgument');
    const batch = asked.body.replace(/^<\?xml[^>]*\?>/, '');
    const time = '<CreateTime>2026-11-21T00:00:00Z</CreateTime>';
    return {
      status: 201,
      headers: { 'content-type': 'text/xml' },
      body: `<Invalidation><Id>I1</Id><Status>InProgress</Status>${time}${batch}</Invalidation>`,
    };
  });
}

export function pathsOf(xml: string): string[] {
  return [...xml.matchAll(/<Path>([^<]*)<\/Path>/g)].map(([, path = '']) => path);
}

/** The signature as AWS computes it, from the secret: whoever leaves out or alters a signed header is not let in. */
function isSigned({ method, path, headers, body }: Asked): boolean {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d+)\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/;
  const [, id, day = '', region = '', service = '', names = '', signature] =
    form.exec(headers.authorization ?? '') ?? [];
  if (id !== ACCESS_KEY.id || region !== 'us-east-1' || service !== 'cloudfront') return false;
  const list = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, '', list.join(''), names, sha256(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${ACCESS_KEY.secret}`);
  return hmac(key, toSign).toString('hex') === signature;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
