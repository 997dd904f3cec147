import { hexOf, JAR, METADATA, MODIFIED, POM } from './planted.ts';
import {
  AFTER,
  BEFORE,
  EMPTY_PATH,
  JAR_PATH,
  JAR_TAG,
  POM_PATH,
  POM_TAG,
  RELEASED,
  type RequestRow,
  SIZE,
} from './request-row.ts';

export const CONDITIONAL: readonly RequestRow[] = [
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

export const RANGES: readonly RequestRow[] = [
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
  range('several ranges that nearly touch', 'bytes=0-1,4-5', 206, [0, 5]),
  range('several ranges that overlap, out of order', 'bytes=10-20,5-12', 206, [5, 20]),
  range('one range inside and one outside', 'bytes=0-4,900-', 206, [0, 4]),
  range('several ranges outside', 'bytes=900-,-0', 416),
  range('several ranges of which one is none', 'bytes=0-1,x', 200),
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
    that: 'for ranges that lie apart gets each in a part of its own, as they were asked for',
    target: JAR_PATH,
    headers: { range: 'bytes=-3, 0-1,5000-5009' },
    status: 206,
    body: multipart(JAR, [
      [199_997, 199_999],
      [0, 1],
      [5000, 5009],
    ]),
    fields: {
      'content-type': `multipart/byteranges; boundary=${hexOf('sha256', JAR)}`,
      'content-range': null,
      etag: JAR_TAG,
    },
  },
  {
    that: 'for ranges of which two come together gets them in the order of the file',
    target: JAR_PATH,
    headers: { range: 'bytes=100000-100099,0-9,100050-100199' },
    status: 206,
    body: multipart(JAR, [
      [0, 9],
      [100_000, 100_199],
    ]),
  },
  {
    that: 'for large ranges that lie apart gets each in a part of its own',
    target: JAR_PATH,
    headers: { range: 'bytes=0-79999,100000-189999' },
    status: 206,
    body: multipart(JAR, [
      [0, 79_999],
      [100_000, 189_999],
    ]),
  },
  {
    that: 'for more parts than anybody needs gets the whole',
    target: JAR_PATH,
    headers: { range: `bytes=${Array.from({ length: 17 }, (_, n) => `${n * 1000}-${n * 1000}`).join()}` },
    status: 200,
    body: JAR,
  },
  {
    that: 'for a range of metadata gets that part',
    target: '/com/example/one/maven-metadata.xml',
    headers: { range: 'bytes=1-3' },
    status: 206,
    body: METADATA.subarray(1, 4),
  },
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

function multipart(whole: Buffer, parts: readonly (readonly [number, number])[]): Buffer {
  const boundary = hexOf('sha256', whole);
  const pieces = parts.flatMap(([first, last]) => [
    Buffer.from(
      `\r\n--${boundary}\r\nContent-Type: application/x-java-archive\r\nContent-Range: bytes ${first}-${last}/${whole.length}\r\n\r\n`,
    ),
    whole.subarray(first, last + 1),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}
