// Between the words of the S3 API and ours.

import type {
  GetObjectCommandInput,
  GetObjectCommandOutput,
  HeadObjectCommandOutput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import type { GetRequest, ListRequest, ObjectFacts, Page, PutRequest } from '../object-store.ts';

export function listInput(request: ListRequest): Omit<ListObjectsV2CommandInput, 'Bucket'> {
  return {
    Prefix: request.prefix,
    ...(request.count === undefined ? {} : { MaxKeys: request.count }),
    ...(request.next === undefined ? {} : { ContinuationToken: request.next }),
    ...(request.after === undefined ? {} : { StartAfter: request.after }),
  };
}

export function pageOf(output: ListObjectsV2CommandOutput): Page {
  const objects = (output.Contents ?? []).map((each) => ({
    key: each.Key ?? '',
    size: each.Size ?? 0,
    etag: bare(each.ETag),
    modifiedAt: each.LastModified?.getTime() ?? 0,
  }));
  return { kind: 'page', objects, next: output.IsTruncated === true ? (output.NextContinuationToken ?? null) : null };
}

export function getInput(request: GetRequest): Pick<GetObjectCommandInput, 'Range' | 'IfMatch'> {
  return {
    ...(request.from === undefined || request.from === 0 ? {} : { Range: `bytes=${request.from}-` }),
    ...(request.etag === undefined ? {} : { IfMatch: `"${request.etag}"` }),
  };
}

/** Of a part the size is what is left. */
export function factsOf(output: HeadObjectCommandOutput | GetObjectCommandOutput): ObjectFacts {
  return {
    size: output.ContentLength ?? 0,
    etag: bare(output.ETag),
    modifiedAt: output.LastModified?.getTime() ?? 0,
    metadata: output.Metadata ?? {},
    contentType: output.ContentType ?? null,
    cacheControl: output.CacheControl ?? null,
  };
}

export function writeInput(request: PutRequest) {
  return {
    ContentType: request.contentType,
    CacheControl: request.cacheControl,
    Metadata: { ...request.metadata },
  };
}

export function putInput(request: PutRequest) {
  return {
    ...writeInput(request),
    ...base64('ContentMD5', request.md5),
    ...base64('ChecksumSHA256', request.sha256),
    ...(request.onlyIfAbsent === true ? { IfNoneMatch: '*' } : {}),
  };
}

export function base64<Name extends string>(name: Name, digest: Uint8Array | undefined): { [key in Name]?: string } {
  if (digest === undefined) return {};
  return { [name]: Buffer.from(digest).toString('base64') } as { [key in Name]?: string };
}

export function bare(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}
