import type { IncomingMessage, ServerResponse } from 'node:http';
import { contentTypeOf } from '../../maven/content-type.ts';
import type { TwinObjects } from './objects.ts';

/** Answers with an object, whole or from a byte on, as S3 and the CDN in front of it do. False: there is none, and nothing was sent. */
export function sendObject(
  objects: TwinObjects,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const object = objects.find(key);
  if (object === null) return false;
  const headers = {
    'content-type': contentTypeOf(key),
    etag: `"${object.md5}"`,
    'last-modified': new Date(object.mtime).toUTCString(),
    'accept-ranges': 'bytes',
  };
  if (request.headers['if-none-match'] === headers.etag) {
    response.writeHead(304, headers).end();
    return true;
  }
  const from = Number(/^bytes=(\d{1,12})-$/.exec(request.headers.range ?? '')?.[1] ?? '0');
  const mayPart = from > 0 && from < object.size && (request.headers['if-range'] ?? headers.etag) === headers.etag;
  const body = objects.read(key).subarray(mayPart ? from : 0);
  const range = mayPart ? { 'content-range': `bytes ${from}-${object.size - 1}/${object.size}` } : {};
  response.writeHead(mayPart ? 206 : 200, { ...headers, ...range, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}
