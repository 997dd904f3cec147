// The S3 client of the AWS SDK, made the one way that all of assay uses. It is loaded when the first store is opened: nothing else pays for it.

import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { type Clock, SECOND } from '../clock.ts';
import { readAccessKeys } from './credentials.ts';

export type StoreCredentials =
  | { readonly kind: 'file'; readonly path: string }
  /** As AWS tools find them: environment, profile, web identity, container, machine role. */
  | { readonly kind: 'chain' }
  | { readonly kind: 'anonymous' };

export interface ObjectStoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** Null: AWS. */
  readonly endpoint: string | null;
  readonly pathStyle: boolean;
  readonly credentials: StoreCredentials;
  /** We pay for what we read (`x-amz-request-payer`). */
  readonly requesterPays?: boolean;
  /**
   * `sdk`: CRC32 on everything, as AWS knows it. `asked`: only the sums that a caller gives. Many other stores refuse the former, or keep its
   * trailer as if it were part of the body.
   */
  readonly checksums?: 'sdk' | 'asked';
  /** Sockets, and so requests, at a time. */
  readonly connections?: number;
  /** How often one request is tried in all; with growing pauses, and a budget for all requests together. */
  readonly attempts?: number;
}

export type Sdk = typeof import('@aws-sdk/client-s3');

const CONNECTIONS = 16;
const ATTEMPTS = 4;
const CONNECT_MS = 10 * SECOND;
/** Without a byte in either direction. */
const SILENCE_MS = 60 * SECOND;
const KEEP_ALIVE_MS = 30 * SECOND;

export async function loadSdk(): Promise<Sdk> {
  return await import('@aws-sdk/client-s3');
}

export function makeClient(sdk: Sdk, options: ObjectStoreOptions, clock: Pick<Clock, 'now'>): S3Client {
  const agent = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets: connectionsOf(options) };
  const sums = sendsCrc32(options) ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  return new sdk.S3Client({
    region: options.region,
    forcePathStyle: options.pathStyle,
    followRegionRedirects: false,
    requestChecksumCalculation: sums,
    responseChecksumValidation: sums,
    maxAttempts: options.attempts ?? ATTEMPTS,
    retryMode: 'standard',
    customUserAgent: 'assay',
    logger: SILENT,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      httpAgent: agent,
      httpsAgent: agent,
      logger: SILENT,
    },
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
    ...awsSigning(options.credentials, clock),
  });
}

export function connectionsOf(options: ObjectStoreOptions): number {
  return options.connections ?? CONNECTIONS;
}

/** By default AWS gets what it knows, and everybody else what they surely understand. */
export function sendsCrc32(options: ObjectStoreOptions): boolean {
  return (options.checksums ?? (options.endpoint === null ? 'sdk' : 'asked')) === 'sdk';
}

/** How requests to AWS, and to whoever speaks like it, are signed. */
export function awsSigning(
  credentials: StoreCredentials,
  clock: Pick<Clock, 'now'>,
): Pick<S3ClientConfig, 'credentials' | 'signer'> {
  switch (credentials.kind) {
    case 'file':
      return { credentials: () => readAccessKeys(credentials.path, clock) };
    case 'chain':
      return {};
    case 'anonymous':
      // The signer leaves requests as they are; the keys are asked for all the same.
      return { credentials: { accessKeyId: '', secretAccessKey: '' }, signer: { sign: async (request) => request } };
  }
}

/** The SDK warns on the console, which belongs to the verbs. What matters comes back as a fault. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
