// Large objects in parts. An upload that was begun and not completed costs its owner money without showing in any listing: whoever begins one
// remembers it first, and aborts what a kill left behind.

import type { ListMultipartUploadsCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { PutRequest } from '../object-store.ts';
import type { Ask } from './ask.ts';
import type { Sdk } from './client.ts';
import type { StoreFault } from './fault.ts';
import { bare, base64, writeInput } from './object.ts';

export interface StoredPart {
  readonly kind: 'part';
  /** From 1. */
  readonly number: number;
  readonly etag: string;
  readonly sha256: Uint8Array | null;
}

export interface StoredUpload {
  readonly key: string;
  readonly id: string;
  readonly begunAt: number;
}

export interface UploadPage {
  readonly kind: 'uploads';
  readonly uploads: readonly StoredUpload[];
  readonly next: { readonly key: string; readonly id: string } | null;
}

export interface PartSums {
  readonly md5?: Uint8Array;
  readonly sha256?: Uint8Array;
}

export interface Uploads {
  /** `hasSha256`: every part will come with one. The digests of `request` are about the whole and are not sent: a store cannot compare them. */
  begin(
    key: string,
    request: PutRequest,
    hasSha256: boolean,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'begun'; readonly id: string } | StoreFault>;
  /** At least 5 MiB each, save the last. */
  part(
    upload: Pick<StoredUpload, 'key' | 'id'>,
    number: number,
    bytes: Uint8Array,
    sums: PartSums,
    signal: AbortSignal,
  ): Promise<StoredPart | StoreFault>;
  complete(
    upload: Pick<StoredUpload, 'key' | 'id'>,
    parts: readonly StoredPart[],
    onlyIfAbsent: boolean,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'put'; readonly etag: string } | StoreFault>;
  /** Done also when there is no such upload any more. */
  abort(
    upload: Pick<StoredUpload, 'key' | 'id'>,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'aborted' } | StoreFault>;
  list(prefix: string, next: UploadPage['next'], signal: AbortSignal): Promise<UploadPage | StoreFault>;
}

export function makeUploads(
  sdk: Sdk,
  client: S3Client,
  bucket: { readonly Bucket: string },
  ask: Ask,
  sendsCrc32: boolean,
): Uploads {
  const at = (upload: Pick<StoredUpload, 'key' | 'id'>) => ({ ...bucket, Key: upload.key, UploadId: upload.id });
  return {
    begin: (key, request, hasSha256, signal) =>
      ask(`BEGIN UPLOAD ${key}`, 0, signal, async (abortSignal) => {
        // AWS wants to know beforehand which sum the parts come with.
        const sum = hasSha256 ? ('SHA256' as const) : sendsCrc32 ? ('CRC32' as const) : null;
        const input = {
          ...bucket,
          Key: key,
          ...writeInput(request),
          ...(sum === null ? {} : { ChecksumAlgorithm: sum }),
        };
        const begun = await client.send(new sdk.CreateMultipartUploadCommand(input), { abortSignal });
        return { kind: 'begun', id: begun.UploadId ?? '' };
      }),
    part: (upload, number, bytes, { md5, sha256 }, signal) =>
      ask(`PUT PART ${number} ${upload.key}`, bytes.length, signal, async (abortSignal) => {
        const input = { ...at(upload), PartNumber: number, Body: bytes, ContentLength: bytes.length };
        const sums = { ...base64('ContentMD5', md5), ...base64('ChecksumSHA256', sha256) };
        const part = await client.send(new sdk.UploadPartCommand({ ...input, ...sums }), { abortSignal });
        return { kind: 'part', number, etag: bare(part.ETag), sha256: sha256 ?? null };
      }),
    complete: (upload, parts, onlyIfAbsent, signal) =>
      ask(`COMPLETE UPLOAD ${upload.key}`, 0, signal, async (abortSignal) => {
        const list = parts.map(({ number, etag, sha256 }) => ({
          PartNumber: number,
          ETag: etag,
          ...base64('ChecksumSHA256', sha256 ?? undefined),
        }));
        const condition = onlyIfAbsent ? { IfNoneMatch: '*' } : {};
        const input = { ...at(upload), MultipartUpload: { Parts: list }, ...condition };
        const done = await client.send(new sdk.CompleteMultipartUploadCommand(input), { abortSignal });
        return { kind: 'put', etag: bare(done.ETag) };
      }),
    abort: async (upload, signal) => {
      const answer = await ask(`ABORT UPLOAD ${upload.key}`, 0, signal, async (abortSignal) => {
        await client.send(new sdk.AbortMultipartUploadCommand(at(upload)), { abortSignal });
        return { kind: 'aborted' as const };
      });
      return answer.kind === 'absent' ? { kind: 'aborted' } : answer;
    },
    list: (prefix, next, signal) =>
      ask(`LIST UPLOADS ${prefix}*`, 0, signal, async (abortSignal) => {
        const from = next === null ? {} : { KeyMarker: next.key, UploadIdMarker: next.id };
        const input = { ...bucket, Prefix: prefix, ...from };
        return uploadPageOf(await client.send(new sdk.ListMultipartUploadsCommand(input), { abortSignal }));
      }),
  };
}

function uploadPageOf(output: ListMultipartUploadsCommandOutput): UploadPage {
  const uploads = (output.Uploads ?? []).map((each) => ({
    key: each.Key ?? '',
    id: each.UploadId ?? '',
    begunAt: each.Initiated?.getTime() ?? 0,
  }));
  const more = output.IsTruncated === true && output.NextKeyMarker !== undefined;
  const next = more ? { key: output.NextKeyMarker ?? '', id: output.NextUploadIdMarker ?? '' } : null;
  return { kind: 'uploads', uploads, next };
}
