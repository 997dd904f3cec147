// Serving as a list of requests with what each must get. Run through inject and again over a TLS socket.

import { hexOf, JAR, METADATA, METADATA_SHA1, MODIFIED, POM, SINCE, TRACE } from './planted.ts';

export interface RequestRow {
  /** Completes `a request ...`. */
  readonly that: string;
  readonly method?: string;
  /** The request target, byte for byte. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly reason?: string;
  /** Fields that must be there with this value; null: must not be there. */
  readonly fields?: Readonly<Record<string, string | null>>;
  readonly body?: Buffer;
  /** Members of the problem body. */
  readonly problem?: Readonly<Record<string, unknown>>;
  /** Only over a socket: inject would rewrite the target. */
  readonly wire?: true;
}

export const JAR_PATH = '/com/example/one/1.0/one-1.0.jar';
export const POM_PATH = '/com/example/one/1.0/one-1.0.pom';
export const POM_TAG = `"${hexOf('sha256', POM)}"`;
const JAR_TAG = `"${hexOf('sha256', JAR)}"`;
const EMPTY_PATH = '/com/example/empty/1.0/empty-1.0.txt';
const SIZE = POM.length;
const BEFORE = 'Sun, 01 Nov 2026 09:59:59 GMT';
const AFTER = 'Sun, 01 Nov 2026 10:00:01 GMT';
const RELEASED = 'public, max-age=31536000, immutable, no-transform';
const CHANGING = 'public, max-age=60, no-transform';
const MINUTE = 'public, max-age=60';

const PLAIN: readonly RequestRow[] = [
  {
    that: 'gets a released jar with its validators, sums and type',
    target: JAR_PATH,
    status: 200,
    body: JAR,
    fields: {
      'content-type': 'application/x-java-archive',
      'content-length': '200000',
      'content-encoding': null,
      'transfer-encoding': null,
      'set-cookie': null,
      vary: null,
      etag: JAR_TAG,
      'last-modified': MODIFIED,
      'cache-control': RELEASED,
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      'x-checksum-md5': hexOf('md5', JAR),
      'x-checksum-sha1': hexOf('sha1', JAR),
      'x-checksum-sha256': hexOf('sha256', JAR),
      'x-checksum-sha512': hexOf('sha512', JAR),
    },
  },
  {
    that: 'gets a POM, without the sums that the origin does not have',
    target: POM_PATH,
    headers: { 'accept-encoding': 'gzip, br', 'cache-control': 'no-cache, no-store', pragma: 'no-cache' },
    status: 200,
    body: POM,
    fields: {
      'content-type': 'application/xml',
      'content-encoding': null,
      'cache-control': RELEASED,
      'x-checksum-sha1': hexOf('sha1', POM),
      'x-checksum-md5': null,
      'x-checksum-sha512': null,
    },
  },
  {
    that: 'gets a sum of a release, which may be put right and is kept for an hour',
    target: `${JAR_PATH}.sha1`,
    status: 200,
    body: Buffer.from(hexOf('sha1', JAR)),
    fields: { 'content-type': 'text/plain', 'cache-control': 'public, max-age=3600, no-transform' },
  },
  {
    that: 'gets a signature of a release',
    target: `${JAR_PATH}.asc`,
    status: 200,
    fields: { 'content-type': 'text/plain', 'cache-control': RELEASED },
  },
  {
    that: 'gets a file of a SNAPSHOT, which caches keep shortly',
    target: '/com/example/one/1.1-SNAPSHOT/one-1.1-20261101.100000-1.pom',
    status: 200,
    fields: { 'cache-control': CHANGING },
  },
  {
    that: 'gets metadata from its row, whatever the tree holds',
    target: '/com/example/one/maven-metadata.xml',
    status: 200,
    body: METADATA,
    fields: { etag: `"${hexOf('sha256', METADATA)}"`, 'cache-control': CHANGING, 'content-type': 'application/xml' },
  },
  {
    that: 'gets the sum of metadata from the same row',
    target: '/com/example/one/maven-metadata.xml.sha1',
    status: 200,
    body: METADATA_SHA1,
    fields: { 'cache-control': CHANGING, 'x-checksum-sha1': hexOf('sha1', METADATA_SHA1) },
  },
  {
    that: 'gets no sums in headers where the sum at the origin contradicts the bytes',
    target: '/com/example/wrong/1.0/wrong-1.0.jar',
    status: 200,
    body: POM,
    fields: {
      etag: POM_TAG,
      'x-checksum-md5': null,
      'x-checksum-sha1': null,
      'x-checksum-sha256': null,
      'x-checksum-sha512': null,
    },
  },
  {
    that: 'gets an empty file',
    target: EMPTY_PATH,
    status: 200,
    body: Buffer.alloc(0),
    fields: { 'content-length': '0' },
  },
  {
    that: 'gets a Last-Modified that is not in the future',
    target: '/com/example/later/1.0/later-1.0.pom',
    status: 200,
    fields: { 'last-modified': 'Sat, 21 Nov 2026 01:30:00 GMT' },
  },
  {
    that: "gets a stranger's page only as one that can do nothing",
    target: '/index.html',
    status: 200,
    fields: { 'content-type': 'text/html', 'content-security-policy': 'sandbox' },
  },
  {
    that: 'gets a feed',
    target: '/feed.clj.gz',
    status: 200,
    fields: { 'content-type': 'application/gzip', 'cache-control': CHANGING },
  },
  { that: 'ignores the query', target: `${POM_PATH}?a=%zz&../../secret`, status: 200, body: POM },
  { that: 'takes `+` as it is', target: '/com/example/two/2.0+b3/two-2.0+b3.pom', status: 200, body: POM },
  { that: 'takes `%2B` as `+`', target: '/com/example/two/2.0%2Bb3/two-2.0%2bb3.pom', status: 200, body: POM },
  {
    that: 'takes percent-encoded UTF-8',
    target: '/com/example/%C3%BCn%c3%af%20code/1/x',
    status: 200,
    body: Buffer.from('x'),
  },
  {
    that: 'takes the absolute form',
    target: `http://mirror.example.org${POM_PATH}`,
    status: 200,
    body: POM,
    wire: true,
  },
  {
    that: 'gets a file that travels with the tree',
    target: '/.meta/assay/trace',
    status: 200,
    body: TRACE,
    fields: {
      'content-type': 'text/plain; charset=utf-8',
      etag: `"${hexOf('sha256', TRACE)}"`,
      'cache-control': CHANGING,
    },
  },
  {
    that: 'gets a JSON file that travels with the tree',
    target: '/.meta/assay/status.json',
    status: 200,
    fields: { 'content-type': 'application/json' },
  },
  { that: 'gets the status', target: '/-/status.json', status: 200, body: Buffer.from('{"generation":7}\n') },
  {
    that: 'gets the health',
    target: '/-/health?verbose',
    status: 200,
    body: Buffer.from('{"healthy":true,"reasons":[]}\n'),
    fields: { 'cache-control': 'no-store', 'content-type': 'application/json' },
  },
  { that: 'gets a page at the root', target: '/', status: 200, fields: { 'content-type': 'text/html; charset=utf-8' } },
];

const ABSENT: readonly RequestRow[] = [
  {
    that: 'for what the origin lacks gets 404',
    target: '/com/example/one/9.9/one-9.9.pom?x',
    status: 404,
    reason: 'Not Found',
    fields: { 'content-type': 'application/problem+json', 'cache-control': MINUTE, etag: null },
    problem: { type: 'about:blank', title: 'Not Found', status: 404, instance: '/com/example/one/9.9/one-9.9.pom' },
  },
  {
    that: 'for a file that lies in the tree without a row gets 404',
    target: '/com/example/stranger/1.0/stranger-1.0.pom',
    status: 404,
  },
  { that: 'for a folder gets 404', target: '/com/example/one/1.0/', status: 404 },
  {
    that: 'for a refused file gets 403 with the verdict',
    target: '/com/example/held/1.0/held-1.0.pom',
    status: 403,
    reason: 'Held back: checksum-mismatch',
    fields: { 'content-type': 'application/problem+json', 'cache-control': MINUTE },
    problem: {
      type: 'urn:assay:problem:held-back',
      title: 'Held back',
      status: 403,
      instance: '/com/example/held/1.0/held-1.0.pom',
      verdict: 'checksum-mismatch',
      since: SINCE,
    },
  },
  {
    that: 'for a deferred file gets 403 with the verdict',
    target: '/com/example/soon/1.0/soon-1.0.pom',
    status: 403,
    reason: 'Held back: incomplete-version',
    problem: { verdict: 'incomplete-version', since: SINCE },
  },
  {
    that: 'for what was taken down gets 410',
    target: '/com/example/gone/1.0/gone-1.0.jar',
    status: 410,
    fields: { 'cache-control': MINUTE },
    problem: { type: 'urn:assay:problem:taken-down', status: 410, since: SINCE },
  },
  {
    that: 'for what was taken down by law gets 451',
    target: '/com/example/banned/x',
    status: 451,
    problem: { status: 451 },
  },
  {
    that: 'for a page of ours that does not exist gets 404',
    target: '/-/nothing',
    status: 404,
    problem: { status: 404 },
  },
  { that: 'for the bare reserved segment gets 404', target: '/-', status: 404, problem: { status: 404 } },
  {
    that: 'for a file that travels with the tree and is not there gets 404',
    target: '/.meta/assay/epoch',
    status: 404,
  },
  { that: 'for a file that is being written gets 404', target: '/.meta/assay/.trace.tmp', status: 404 },
  { that: 'for another folder of .meta gets 404', target: '/.meta/other/trace', status: 404 },
];

const CONDITIONAL: readonly RequestRow[] = [
  conditional('with its tag gets 304', { 'if-none-match': POM_TAG }, 304),
  conditional('with its tag among others gets 304', { 'if-none-match': `"a", W/"b,c" ,${POM_TAG}` }, 304),
  conditional('with its tag marked weak gets 304', { 'if-none-match': `W/${POM_TAG}` }, 304),
  conditional('with any tag gets 304', { 'if-none-match': '*' }, 304),
  conditional('with another tag gets 200', { 'if-none-match': '"other"' }, 200),
  conditional('with what is no tag gets 200', { 'if-none-match': POM_TAG.slice(1, -1) }, 200),
  conditional('not modified since gets 304', { 'if-modified-since': MODIFIED }, 304),
  conditional('not modified since a later time gets 304', { 'if-modified-since': AFTER }, 304),
  conditional('modified since gets 200', { 'if-modified-since': BEFORE }, 200),
  conditional('with an RFC 850 date gets 304', { 'if-modified-since': 'Sunday, 01-Nov-26 10:00:00 GMT' }, 304),
  conditional('with an asctime date gets 304', { 'if-modified-since': 'Sun Nov  1 10:00:00 2026' }, 304),
  conditional('with what is no date gets 200', { 'if-modified-since': '2026-11-01T10:00:00Z' }, 200),
  conditional('of which the tag matched gets 200', { 'if-match': POM_TAG }, 200),
  conditional('that must be there gets 200', { 'if-match': '*' }, 200),
  conditional('of which the tag failed gets 412', { 'if-match': '"other"' }, 412),
  conditional('of which the tag is weak gets 412', { 'if-match': `W/${POM_TAG}` }, 412),
  conditional('unmodified since gets 200', { 'if-unmodified-since': MODIFIED }, 200),
  conditional('modified meanwhile gets 412', { 'if-unmodified-since': BEFORE }, 412),
  conditional('with no date to be unmodified since gets 200', { 'if-unmodified-since': 'yesterday' }, 200),
  // RFC 9110 13.2.2: which field is looked at when there are several.
  conditional('has If-Match before If-Unmodified-Since', { 'if-match': POM_TAG, 'if-unmodified-since': BEFORE }, 200),
  conditional('has If-Match before If-None-Match', { 'if-match': '"other"', 'if-none-match': POM_TAG }, 412),
  conditional('goes on from If-Match to If-None-Match', { 'if-match': POM_TAG, 'if-none-match': POM_TAG }, 304),
  conditional(
    'has If-None-Match before If-Modified-Since',
    { 'if-none-match': '"other"', 'if-modified-since': AFTER },
    200,
  ),
  conditional('has If-None-Match before Range', { 'if-none-match': POM_TAG, range: 'bytes=0-1' }, 304),
  conditional(
    'resumes as Maven does',
    { 'if-unmodified-since': AFTER, range: 'bytes=10-', 'accept-encoding': 'identity' },
    206,
  ),
  conditional('has If-Unmodified-Since before Range', { 'if-unmodified-since': BEFORE, range: 'bytes=10-' }, 412),
  conditional('has If-Range with its tag', { 'if-range': POM_TAG, range: 'bytes=0-1' }, 206),
  conditional('has If-Range with its date', { 'if-range': MODIFIED, range: 'bytes=0-1' }, 206),
  conditional('has If-Range with a later date', { 'if-range': AFTER, range: 'bytes=0-1' }, 200),
  conditional('has If-Range with a weak tag', { 'if-range': `W/${POM_TAG}`, range: 'bytes=0-1' }, 200),
  conditional('has If-Range with another tag and a range outside', { 'if-range': '"other"', range: 'bytes=999-' }, 200),
  {
    that: 'that is not modified gets what a cache needs and no body',
    target: POM_PATH,
    headers: { 'if-none-match': POM_TAG },
    status: 304,
    fields: { etag: POM_TAG, 'last-modified': MODIFIED, 'cache-control': RELEASED, 'content-type': null },
    body: Buffer.alloc(0),
  },
  {
    that: 'whose condition failed gets a problem',
    target: POM_PATH,
    headers: { 'if-match': '"x"' },
    status: 412,
    problem: { status: 412 },
  },
  {
    that: 'HEAD has conditions too',
    method: 'HEAD',
    target: POM_PATH,
    headers: { 'if-none-match': POM_TAG },
    status: 304,
  },
];

const RANGES: readonly RequestRow[] = [
  range('the first byte', 'bytes=0-0', 206, [0, 0]),
  range('a middle', 'bytes=5-9', 206, [5, 9]),
  range('the rest', 'bytes=10-', 206, [10, SIZE - 1]),
  range('the last byte by number', `bytes=${SIZE - 1}-`, 206, [SIZE - 1, SIZE - 1]),
  range('an end beyond the end', 'bytes=3-99999999999999999999', 206, [3, SIZE - 1]),
  range('a suffix', 'bytes=-7', 206, [SIZE - 7, SIZE - 1]),
  range('a suffix longer than the file', `bytes=-${SIZE + 1}`, 206, [0, SIZE - 1]),
  range('another case of the unit, and blanks', 'BYTES= 1-2 ', 206, [1, 2]),
  range('nothing of the end', 'bytes=-0', 416),
  range('the byte after the last', `bytes=${SIZE}-`, 416),
  range('far outside', 'bytes=99999999999999999999-', 416),
  range('an end before its start', 'bytes=9-5', 200),
  range('neither start nor end', 'bytes=-', 200),
  range('another unit', 'lines=0-1', 200),
  range('no number', 'bytes=a-b', 200),
  range('a negative number', 'bytes=--5', 200),
  range('nothing', 'bytes=', 200),
  range('several ranges', 'bytes=0-1,4-5', 200),
  range('a storm of ranges', `bytes=${'0-,'.repeat(1000)}0-`, 200),
  {
    that: 'HEAD knows no range',
    method: 'HEAD',
    target: POM_PATH,
    headers: { range: 'bytes=0-1' },
    status: 200,
    fields: { 'content-length': String(SIZE), 'content-range': null },
  },
  {
    that: 'for a range of an empty file gets 416',
    target: EMPTY_PATH,
    headers: { range: 'bytes=0-' },
    status: 416,
    fields: { 'content-range': 'bytes */0' },
  },
  {
    that: 'for the end of an empty file gets all of it',
    target: EMPTY_PATH,
    headers: { range: 'bytes=-5' },
    status: 200,
    body: Buffer.alloc(0),
  },
  {
    that: 'for a part of a large file gets that part, and the sums of the whole',
    target: JAR_PATH,
    headers: { range: 'bytes=1000-150999' },
    status: 206,
    body: JAR.subarray(1000, 151_000),
    fields: {
      'content-range': 'bytes 1000-150999/200000',
      'content-length': '150000',
      'x-checksum-sha1': hexOf('sha1', JAR),
      etag: JAR_TAG,
    },
  },
  {
    that: 'for a range of metadata gets that part',
    target: '/com/example/one/maven-metadata.xml',
    headers: { range: 'bytes=1-3' },
    status: 206,
    body: METADATA.subarray(1, 4),
  },
];

const WRITING: readonly RequestRow[] = ['PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'MKCOL'].map(
  (method) => ({
    that: `${method} gets 405 and where to deploy`,
    method,
    target: '/com/example/new/1.0/new-1.0.pom',
    status: 405,
    fields: { allow: 'GET, HEAD', 'content-type': 'application/problem+json' },
    problem: { type: 'urn:assay:problem:read-only', status: 405, deploy_at: 'https://deploy.example.org/repo' },
  }),
);

/** None of them may get a byte of what lies outside of the inventory. */
const HOSTILE: readonly RequestRow[] = [
  ...[
    '/../secret',
    '/com/../../secret',
    '/%2e%2e/secret',
    '/.%2E/secret',
    '/com/%2e%2e/%2e%2e/secret',
    `/com/example/./one/1.0/one-1.0.pom`,
    '/..%2fsecret',
    '/com%2fexample%2fone%2f1.0%2fone-1.0.pom',
    '/com/example%2Fone/1.0/one-1.0.pom',
    '/com/example/one/1.0%5cone-1.0.pom',
    '/..%5c..%5csecret',
    '/%00',
    `${POM_PATH}%00.jar`,
    `${POM_PATH}%0a`,
    '/%c0%ae%c0%ae/secret',
    '/%e0%80%ae/secret',
    '/%ed%a0%80',
    '/%ff',
    '/%',
    '/%2',
    '/%zz',
    `${POM_PATH}%`,
    '/.meta/assay/..',
    '/.meta/assay/../../com/example/one/1.0/one-1.0.pom',
    '/.meta/assay/..%2f..%2f..%2fsecret',
    `${POM_PATH}#fragment`,
    '*',
    'ftp://mirror.example.org/x',
  ].map((target) => hostile(target, 400)),
  ...[
    '//secret',
    `/${POM_PATH}`,
    '/com//example/one/1.0/one-1.0.pom',
    '/com/example/one/1.0/one-1.0.pom/',
    '/com\\example\\one',
    '/%252e%252e/secret',
    '/%252e%252e%252fsecret',
    '/...',
    '/staging/s',
    '/quarantine/q',
    '/state.db',
    '/.meta/assay/',
    '/.meta/assay',
    '/.well-known/security.txt',
    '/.index/x',
    '/-/../com/example/one/1.0/one-1.0.pom'.replace('/..', '/x'),
    `/${'a'.repeat(300)}`,
    `/${'a/'.repeat(4000)}`,
    `/${'%61'.repeat(3000)}`,
    '/COM/EXAMPLE/one/1.0/one-1.0.pom',
  ].map((target) => hostile(target, 404)),
];

/** Refused by the parser below us, which gives the shortest answer there is. */
const UNREADABLE: readonly RequestRow[] = ['nonsense', '/com/\u00fc', '/a b'].map((target) => ({
  that: `for ${JSON.stringify(target)} gets 400`,
  target,
  status: 400,
  body: Buffer.alloc(0),
  wire: true,
}));

export const REQUESTS: readonly RequestRow[] = [
  ...PLAIN,
  ...ABSENT,
  ...CONDITIONAL,
  ...RANGES,
  ...WRITING,
  ...HOSTILE,
  ...UNREADABLE,
];

function conditional(that: string, headers: Record<string, string>, status: number): RequestRow {
  return { that, target: POM_PATH, headers, status };
}

function range(what: string, field: string, status: number, part?: [number, number]): RequestRow {
  const row = { that: `for ${what} (${field.slice(0, 40)})`, target: POM_PATH, headers: { range: field }, status };
  if (status === 416) return { ...row, fields: { 'content-range': `bytes */${SIZE}` }, problem: { status: 416 } };
  if (part === undefined) return { ...row, body: POM, fields: { 'content-range': null } };
  const [first, last] = part;
  return {
    ...row,
    body: POM.subarray(first, last + 1),
    fields: { 'content-range': `bytes ${first}-${last}/${SIZE}`, 'content-length': String(last - first + 1) },
  };
}

function hostile(target: string, status: number): RequestRow {
  return {
    that: `for ${JSON.stringify(target.slice(0, 60))} gets ${status}`,
    target,
    status,
    problem: { status },
    wire: true,
  };
}
