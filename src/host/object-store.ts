// An S3 bucket, of AWS or of anybody who speaks like it, for all rooms that talk to one. What a store answers is a value; only an abort and
// bugs are thrown. Every request is retried by the client as far as its body can be sent again, under a deadline that grows with the bytes.

import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Clock } from './clock.ts';
import { askForBody, makeAsk } from './object-store/ask.ts';
import {
  connectionsOf,
  loadSdk,
  makeClient,
  type ObjectStoreOptions,
  type Sdk,
  sendsCrc32,
} from './object-store/client.ts';
import { existsFault, faultOf, type StoreFault } from './object-store/fault.ts';
import { bare, factsOf, getInput, listInput, pageOf, putInput } from './object-store/object.ts';
import { makeQuickPut, type QuickPut } from './object-store/quick-put.ts';
import { makeUploads, type Uploads } from './object-store/upload.ts';

export { awsSigning, type ObjectStoreOptions, type StoreCredentials } from './object-store/client.ts';
export { faultOf as storeFaultOf, isOfTheStore, type StoreFault, type StoreFaultKind } from './object-store/fault.ts';
export type { StoredPart, StoredUpload, Uploads } from './object-store/upload.ts';

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  /** Without its quotes, as the store tells it. It is the MD5 of the bytes only where `md5OfEtag` says so, and even then a claim. */
  readonly etag: string;
  readonly modifiedAt: number;
}

export interface ListRequest {
  readonly prefix: string;
  /** Only keys after this one, in the order of their UTF-8 bytes. */
  readonly after?: string;
  /** The `next` of the page before; wins over `after`. */
  readonly next?: string;
  /** At most so many keys a page; stores give 1000 at most. */
  readonly count?: number;
}

export interface Page {
  readonly kind: 'page';
  readonly objects: readonly ListedObject[];
  /** Null on the last page. */
  readonly next: string | null;
}

export interface ObjectFacts {
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: number;
  /** User metadata, names in lower case and without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string | null;
  readonly cacheControl: string | null;
}

export interface GetRequest {
  /** From this byte on: to go on with what was cut. */
  readonly from?: number;
  /** Only while the object is the one with this ETag; otherwise `exists`. */
  readonly etag?: string;
}

export interface Opened extends ObjectFacts {
  readonly kind: 'opened';
  /** Ends with an error when the connection is cut or the deadline comes: `readFault` says which. Whoever gives it up destroys it. */
  readonly body: Readable;
}

export interface PutRequest {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Raw digests of the bytes; the store compares them where it can. */
  readonly md5?: Uint8Array;
  readonly sha256?: Uint8Array;
  /** Of the bytes, where it is known anyway: it need not be made again for the signature. */
  readonly bytesSha256?: Uint8Array;
  /** `If-None-Match: *`: answered `exists` when the key has an object. */
  readonly onlyIfAbsent?: boolean;
}

export interface ObjectStore extends Disposable {
  /** For people: the bucket and where it is. */
  readonly name: string;
  list(request: ListRequest, signal: AbortSignal): Promise<Page | StoreFault>;
  head(key: string, signal: AbortSignal): Promise<(ObjectFacts & { readonly kind: 'found' }) | StoreFault>;
  get(key: string, request: GetRequest, signal: AbortSignal): Promise<Opened | StoreFault>;
  /** What an error of a body means. Throws it again when it is an abort or a bug. */
  readFault(error: unknown, key: string, signal: AbortSignal): StoreFault;
  put(
    key: string,
    bytes: Uint8Array,
    request: PutRequest,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'put'; readonly etag: string } | StoreFault>;
  /** One key. Done also when there was none. In a versioned bucket the versions stay. */
  remove(key: string, signal: AbortSignal): Promise<{ readonly kind: 'removed' } | StoreFault>;
  readonly uploads: Uploads;
}

/** Loads the SDK and makes a client; nothing is asked of the store yet. */
export async function openObjectStore(options: ObjectStoreOptions, clock: Pick<Clock, 'now'>): Promise<ObjectStore> {
  const sdk = await loadSdk();
  const client = makeClient(sdk, options, clock);
  return overClient(sdk, client, makeQuickPut(client, options.region, connectionsOf(options), clock), options);
}

/**
 * The MD5 in an ETag as lower-case hex, or null when it has another shape (`-N` of a multipart upload). An ETag of the right shape is still no
 * MD5 where the store encrypts with keys of its own (SSE-KMS, SSE-C): who relies on it tries that first.
 */
export function md5OfEtag(etag: string): string | null {
  return /^[0-9a-f]{32}$/i.test(etag) ? etag.toLowerCase() : null;
}

function overClient(sdk: Sdk, client: S3Client, quick: QuickPut, options: ObjectStoreOptions): ObjectStore {
  const bucket = { Bucket: options.bucket };
  const reading = { ...bucket, ...(options.requesterPays === true ? { RequestPayer: 'requester' as const } : {}) };
  const place = `bucket ${options.bucket}${options.endpoint === null ? '' : ` at ${new URL(options.endpoint).host}`}`;
  const ask = makeAsk(place);
  return {
    name: place,
    list: (request, signal) =>
      ask(`LIST ${request.prefix}*`, 0, signal, async (abortSignal) => {
        const command = new sdk.ListObjectsV2Command({ ...reading, ...listInput(request) });
        return pageOf(await client.send(command, { abortSignal }));
      }),
    head: (key, signal) =>
      ask(`HEAD ${key}`, 0, signal, async (abortSignal) => {
        const command = new sdk.HeadObjectCommand({ ...reading, Key: key });
        return { kind: 'found', ...factsOf(await client.send(command, { abortSignal })) };
      }),
    get: (key, request, signal) =>
      askForBody(`GET ${key} of ${place}`, signal, async (abortSignal) => {
        const command = new sdk.GetObjectCommand({ ...reading, Key: key, ...getInput(request) });
        const output = await client.send(command, { abortSignal });
        return { kind: 'opened', ...factsOf(output), body: output.Body as Readable };
      }),
    readFault: (error, key, signal) => faultOf(error, `GET ${key} of ${place}`, signal),
    put: (key, bytes, request, signal) =>
      ask(`PUT ${key}`, bytes.length, signal, async (abortSignal) => {
        const answer = await quick.put(key, bytes, request, abortSignal);
        if (answer.kind === 'put') return answer;
        if (answer.kind === 'exists') return existsFault(`PUT ${key} of ${place}`);
        const body = { Body: bytes, ContentLength: bytes.length };
        const command = new sdk.PutObjectCommand({ ...bucket, Key: key, ...body, ...putInput(request) });
        const output = await client.send(command, { abortSignal });
        if (answer.isRefused) quick.giveUp();
        return { kind: 'put', etag: bare(output.ETag) };
      }),
    remove: (key, signal) =>
      ask(`DELETE ${key}`, 0, signal, async (abortSignal) => {
        await client.send(new sdk.DeleteObjectCommand({ ...bucket, Key: key }), { abortSignal });
        return { kind: 'removed' };
      }),
    uploads: makeUploads(sdk, client, bucket, ask, sendsCrc32(options)),
    [Symbol.dispose]: () => {
      quick[Symbol.dispose]();
      client.destroy();
    },
  };
}
