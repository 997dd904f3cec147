// As much of the S3 API as an anonymous reader of a public bucket meets: one page of keys after another, and objects.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { isoTime } from '../../host/clock.ts';
import type { TwinObject, TwinObjects } from './objects.ts';
import { sendObject } from './send-object.ts';

const MOST_KEYS = 1000;

/** Path-style: `/BUCKET/KEY`. */
export function answerBucket(
  bucket: string,
  objects: TwinObjects,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://bucket.invalid');
  const path = decodeURIComponent(url.pathname);
  if (path === `/${bucket}` || path === `/${bucket}/`) {
    send(response, 200, pageOf(bucket, objects.list(), url.searchParams));
    return;
  }
  const key = path.startsWith(`/${bucket}/`) ? path.slice(bucket.length + 2) : null;
  if (key === null) send(response, 404, errorOf('NoSuchBucket'));
  else if (!sendObject(objects, key, request, response)) send(response, 404, errorOf('NoSuchKey'));
}

function pageOf(bucket: string, objects: readonly TwinObject[], query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const count = Math.min(MOST_KEYS, Number(query.get('max-keys') ?? MOST_KEYS));
  const behind = objects.filter(
    ({ key }) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0,
  );
  const page = behind.slice(0, count);
  const more = behind.length > page.length;
  const contents = page.map(
    ({ key, mtime, md5, size }) =>
      `<Contents><Key>${escapeXml(key)}</Key><LastModified>${isoTime(mtime)}</LastModified><ETag>&quot;${md5}&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const next = more ? `<NextContinuationToken>${escapeXml(page.at(-1)?.key ?? '')}</NextContinuationToken>` : '';
  return `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${count}</MaxKeys><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
}

function errorOf(code: string): string {
  return `<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
}

function send(response: ServerResponse, status: number, body: string): void {
  const bytes = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': bytes.length });
  response.end(bytes);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
