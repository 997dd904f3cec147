// The one request that is made a million times, made without the SDK, which spends a millisecond of the processor on each: where to, and with
// which keys, is learned from the SDK's own first request, the signature is version 4 of AWS. It decides nothing: whatever is not plainly a yes,
// or the answer to a condition, is asked again through the SDK, which knows what it means.

import { hash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { Pool } from 'undici';
import { type Clock, isoTime, SECOND } from '../clock.ts';
import type { PutRequest } from '../object-store.ts';
import { bare } from './object.ts';
import { authorize, encodeKey, makeKeyOfDay } from './signature.ts';

export type QuickAnswer =
  | { readonly kind: 'put'; readonly etag: string }
  /** 412. */
  | { readonly kind: 'exists' }
  /** Ask again, through the SDK. `isRefused`: with an answer that was a no. */
  | { readonly kind: 'unsure'; readonly isRefused: boolean };

export interface QuickPut extends Disposable {
  put(key: string, bytes: Uint8Array, request: PutRequest, signal: AbortSignal): Promise<QuickAnswer>;
  /** The SDK was let in where we were not: whatever it is that it does better, we are not asked any more. */
  giveUp(): void;
}

interface Place {
  /** `https://host:port` */
  readonly origin: string;
  /** As it is signed. */
  readonly host: string;
  /** Before every key: `/`, or `/bucket/`. */
  readonly path: string;
}

const ANSWER_MS = 60 * SECOND;
const CONNECT_MS = 10 * SECOND;
const ANSWER_CEILING_BYTES = 64 * 1024;

export function makeQuickPut(
  client: S3Client,
  region: string,
  connections: number,
  clock: Pick<Clock, 'now'>,
): QuickPut {
  let place: Place | null = null;
  let isTrusted = true;
  let pool: Pool | null = null;
  watchPuts(client, (found) => {
    place ??= found;
  });
  const keyOfDay = makeKeyOfDay(region);
  const send = async (to: Place, key: string, bytes: Uint8Array, request: PutRequest, signal: AbortSignal) => {
    const keys = await client.config.credentials();
    const path = to.path + encodeKey(key);
    const headers = headersOf(to.host, bytes, request, keys.sessionToken, clock.now());
    headers.authorization = authorize(path, headers, keys, region, keyOfDay);
    pool ??= new Pool(to.origin, { connections, pipelining: 1, connect: { timeout: CONNECT_MS } });
    const waits = { headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS };
    const answer = await pool.request({ method: 'PUT', path, headers, body: bytes, signal, ...waits });
    await answer.body.dump({ limit: ANSWER_CEILING_BYTES });
    return answer;
  };
  return {
    async put(key, bytes, request, signal) {
      const to = place;
      if (to === null || !isTrusted || !isPlain(request)) return { kind: 'unsure', isRefused: false };
      try {
        const { statusCode, headers } = await send(to, key, bytes, request, signal);
        if (statusCode === 200) return { kind: 'put', etag: bare(String(headers.etag ?? '')) };
        if (statusCode === 412) return { kind: 'exists' };
        return { kind: 'unsure', isRefused: statusCode >= 400 && statusCode < 500 && statusCode !== 429 };
      } catch {
        // Cut, timed out, aborted: the SDK meets the same, and says which.
        return { kind: 'unsure', isRefused: false };
      }
    },
    giveUp: () => {
      isTrusted = false;
    },
    [Symbol.dispose]: () => void pool?.destroy(),
  };
}

/** Tells where the SDK sends an object to. */
function watchPuts(client: S3Client, tell: (place: Place) => void): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { key, request } = { key: Reflect.get(args.input, 'Key'), request: args.request as Partial<Sent> };
      if (context.commandName === 'PutObjectCommand' && typeof key === 'string') {
        const place = placeOf(request, encodeKey(key));
        if (place !== null) tell(place);
      }
      return await next(args);
    },
    { step: 'finalizeRequest', name: 'watchPuts', priority: 'low' },
  );
}

interface Sent {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function placeOf({ protocol, hostname, port, path, headers }: Partial<Sent>, encodedKey: string): Place | null {
  if (protocol === undefined || hostname === undefined || path?.endsWith(`/${encodedKey}`) !== true) return null;
  // Unsigned requests are the SDK's own business.
  if (headers?.authorization === undefined) return null;
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  return { origin: `${protocol}//${host}`, host, path: path.slice(0, -encodedKey.length) };
}

/** Only letters that stand for themselves everywhere. */
function isPlain({ contentType, cacheControl, metadata }: PutRequest): boolean {
  const values = [contentType, cacheControl, ...Object.entries(metadata).flat()];
  return values.every((value) => /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value));
}

function headersOf(
  host: string,
  bytes: Uint8Array,
  request: PutRequest,
  sessionToken: string | undefined,
  now: number,
): Record<string, string> {
  const headers: Record<string, string> = {
    host,
    'content-type': request.contentType,
    'cache-control': request.cacheControl,
    // Part of the signature: every store that checks that one checks the bytes as well.
    'x-amz-content-sha256': request.bytesSha256 === undefined ? hash('sha256', bytes) : hex(request.bytesSha256),
    'x-amz-date': isoTime(now).replace(/[-:]|\.\d+/g, ''),
  };
  for (const [name, value] of Object.entries(request.metadata)) headers[`x-amz-meta-${name}`] = value;
  if (request.md5 !== undefined) headers['content-md5'] = Buffer.from(request.md5).toString('base64');
  if (request.sha256 !== undefined) headers['x-amz-checksum-sha256'] = Buffer.from(request.sha256).toString('base64');
  if (request.onlyIfAbsent === true) headers['if-none-match'] = '*';
  if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;
  return headers;
}

function hex(digest: Uint8Array): string {
  return Buffer.from(digest).toString('hex');
}
