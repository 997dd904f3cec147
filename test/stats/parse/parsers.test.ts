import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { emptyHit, type Hit } from '../../../src/stats/parse/hit.ts';
import { COMBINED, formatFault } from '../../../src/stats/parse/nginx.ts';
import { type LogKind, parserOf } from '../../../src/stats/parse/parser.ts';

const AT = Date.UTC(2026, 10, 21, 1, 30, 5) / 1000;

interface Row {
  readonly what: string;
  readonly kind: LogKind;
  readonly format?: string;
  readonly line: string;
  readonly hit: Partial<Hit>;
}

const JAR = '/org/example/tool/1.0/tool-1.0.jar';

const ROWS: readonly Row[] = [
  {
    what: 'our own log, with a truncated address and the seconds at the end',
    kind: 'own',
    line: `192.0.2.0 - - [21/Nov/2026:01:30:05 +0000] "GET ${JAR} HTTP/1.1" 200 2048 "-" "Apache-Maven/3.9.9" 0.004`,
    hit: {
      method: 'GET',
      target: JAR,
      status: 200,
      bytes: 2048,
      second: AT,
      client: '192.0.2.0',
      agent: 'Apache-Maven/3.9.9',
    },
  },
  {
    what: 'our own log without addresses',
    kind: 'own',
    line: `- - - [21/Nov/2026:01:30:05 +0000] "HEAD ${JAR} HTTP/2.0" 304 0 "-" "-" 0.000`,
    hit: { method: 'HEAD', status: 304, bytes: 0, client: '', agent: '' },
  },
  {
    what: 'nginx combined, with a user, in the zone of its machine',
    kind: 'nginx',
    line: `2001:db8::1 - ada [21/Nov/2026:02:30:05 +0100] "GET ${JAR}?x=1 HTTP/1.1" 206 17 "https://example.org/" "a \\x22quoted\\x22 agent"`,
    hit: {
      target: `${JAR}?x=1`,
      status: 206,
      bytes: 17,
      second: AT,
      client: '2001:db8::1',
      agent: 'a \\x22quoted\\x22 agent',
    },
  },
  {
    what: 'a scanner on a plain port is a request of no kind',
    kind: 'nginx',
    line: '192.0.2.1 - - [21/Nov/2026:01:30:05 +0000] "\\x16\\x03\\x01" 400 150 "-" "-"',
    hit: { method: '', target: '', status: 400, second: AT },
  },
  {
    what: 'a log_format as nginx has it, in pieces',
    kind: 'nginx',
    format: `log_format timed escape=default '$time_iso8601 $status '\n  '"$request" $request_time ${'$'}{bytes_sent}';`,
    line: `2026-11-21T02:30:05+01:00 200 "GET ${JAR} HTTP/1.1" 0.100 4096`,
    hit: { target: JAR, status: 200, bytes: 4096, second: AT, client: '' },
  },
  {
    what: 'a log_format of JSON',
    kind: 'nginx',
    format: `{"t":$msec,"m":"$request_method","u":"$request_uri","s":$status,"a":"$http_user_agent"}`,
    line: `{"t":${AT}.250,"m":"GET","u":"${JAR}","s":200,"a":"x"}`,
    hit: { method: 'GET', target: JAR, status: 200, bytes: 0, second: AT, agent: 'x' },
  },
  {
    what: 'Fastly as Clojars has it now',
    kind: 'fastly',
    line: `<134>2026-11-21T01:30:05Z cache-bwi5023 s3-bucket[3217]: 192.0.2.1 "GET ${JAR} HTTP/1.1" 200 2377 "(null)" "Java/1.6.0_30"`,
    hit: {
      method: 'GET',
      target: JAR,
      status: 200,
      bytes: 2377,
      second: AT,
      client: '192.0.2.1',
      agent: 'Java/1.6.0_30',
    },
  },
  {
    what: 'Fastly as Clojars had it',
    kind: 'fastly',
    line: `<134>2026-11-21T01:30:05Z cache-ord1741 cloudfiles-endpoint[82344]: 192.0.2.1 "-" "GET ${JAR}" 200 2377 "(null)" "(null)"`,
    hit: { method: 'GET', target: JAR, status: 200, bytes: 2377, second: AT, agent: '' },
  },
  {
    what: 'CloudFront with its usual fields',
    kind: 'cloudfront',
    line: `2026-11-21\t01:30:05\tFRA2\t1045619\t192.0.2.1\tGET\td111.cloudfront.net\t${JAR}\t200\t-\tApache-Maven/3.9.9%2520(Java%252021)\t-\t-\tHit`,
    hit: { target: JAR, status: 200, bytes: 1_045_619, second: AT, agent: 'Apache-Maven/3.9.9 (Java 21)' },
  },
  {
    what: 'CloudFront with a query',
    kind: 'cloudfront',
    line: `2026-11-21\t01:30:05\tFRA2\t10\t192.0.2.1\tGET\td111.cloudfront.net\t${JAR}\t200\t-\t-\tx=1\t-\tHit`,
    hit: { target: `${JAR}?x=1`, agent: '' },
  },
  {
    what: 'S3 server access log',
    kind: 's3',
    line: `79a5 logs [21/Nov/2026:01:30:05 +0000] 192.0.2.1 - 3E57427F REST.GET.OBJECT org/example/tool/1.0%252B1/tool-1.0%252B1.jar "GET /bucket/org/example/tool/1.0%2B1/tool-1.0%2B1.jar HTTP/1.1" 200 - 2048 2048 12 11 "-" "curl/8" - abc= SigV4 ECDHE AuthHeader host TLSv1.3 - -`,
    hit: {
      method: 'GET',
      target: '/org/example/tool/1.0%2B1/tool-1.0%2B1.jar',
      status: 200,
      bytes: 2048,
      second: AT,
      agent: 'curl/8',
    },
  },
  {
    what: 'what a bucket does by itself is no download',
    kind: 's3',
    line: '79a5 logs [21/Nov/2026:01:30:05 +0000] - AmazonS3 3E57 S3.EXPIRE.OBJECT a/b/1/b-1.jar "-" - - - 2048 - - "-" "-" - - - - - - - - -',
    hit: { method: 'EXPIRE', status: 0, client: '' },
  },
];

for (const { what, kind, format, line, hit } of ROWS) {
  test(`a line is read: ${what}`, () => {
    const found = emptyHit();

    const kindOfLine = parserOf(kind, format ?? null).parse(line, found);

    assert.equal(kindOfLine, 'hit');
    assert.deepEqual({ ...found, ...hit }, found);
  });
}

test('a field that is not what it should be makes a reject, whatever a client smuggled into it', () => {
  const lines = [
    '192.0.2.1 - x [01/Jan/2020:00:00:00 +0000] [21/Nov/2026:01:30:05 +0000] "GET /a HTTP/1.1" 200 1 "-" "-"',
    '192.0.2.1 - - [31/Jun/2026:01:30:05 +0000] "GET /a HTTP/1.1" 200 1 "-" "-"',
    '192.0.2.1 - - [21/Nov/2026:25:30:05 +0000] "GET /a HTTP/1.1" 200 1 "-" "-"',
    '192.0.2.1 - - [21/Nov/2026:01:30:05 +0000] "GET /a HTTP/1.1" abc 1 "-" "-"',
    '192.0.2.1 - - [21/Nov/2026:01:30:05 +0000] "GET /a HTTP/1.1" 200 -5 "-" "-"',
    '192.0.2.1 - - [21/Nov/2026:01:30:05 +0000] "GET /a HTTP/1.1" 200 1 "-" "-" 0.1',
    '',
  ];

  const kinds = lines.map((line) => parserOf('nginx', null).parse(line, emptyHit()));

  assert.deepEqual(
    kinds,
    lines.map(() => 'reject'),
  );
});

test('the fields of CloudFront are where the head of the file says', () => {
  const parser = parserOf('cloudfront', null);
  const hit = emptyHit();

  const kinds = [
    parser.parse('#Version: 1.0', hit),
    parser.parse('#Fields: cs-method date time sc-status cs-uri-stem sc-bytes', hit),
    parser.parse(`GET\t2026-11-21\t01:30:05\t200\t${JAR}\t7`, hit),
  ];

  assert.deepEqual(kinds, ['comment', 'comment', 'hit']);
  assert.deepEqual([hit.target, hit.status, hit.bytes, hit.second], [JAR, 200, 7, AT]);
});

test('any text is a hit, a comment or a reject in every kind of log', () => {
  const kinds: LogKind[] = ['own', 'nginx', 'fastly', 'cloudfront', 's3'];
  const parsers = kinds.map((kind) => parserOf(kind, null));
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .constantFrom(...ROWS.map((row) => row.line))
      .chain((text) =>
        fc
          .tuple(fc.nat(text.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 10 }))
          .map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut)),
      ),
  );

  fc.assert(
    fc.property(line, (text) => {
      for (const parser of parsers) {
        const hit = emptyHit();
        const kind = parser.parse(text, hit);
        assert.ok(['hit', 'comment', 'reject'].includes(kind));
        if (kind === 'hit') assert.ok(hit.second >= 0 && hit.bytes >= 0 && hit.status >= 0);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a format from which nothing can be counted is told by what it lacks', () => {
  const faults = [
    COMBINED,
    '$remote_addr [$time_local] "$request"',
    '$status "$request"',
    '[$time_local] $status',
    '$time_local$status "$request"',
    'nothing at all',
  ].map(formatFault);

  assert.deepEqual(faults, [
    null,
    '$status in it',
    '$time_local, $time_iso8601 or $msec in it',
    '$request in it',
    'something between any two variables',
    '$time_local, $time_iso8601 or $msec in it',
  ]);
});
