// The same requests to nginx over the same tree: where we answer otherwise, it is written here and meant.

import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { it } from 'node:test';
import { needs } from '../../support/needs.ts';
import { startNginx } from '../../support/nginx.ts';
import { CONDITIONAL, RANGES } from './conditional-requests.ts';
import { MODIFIED } from './planted.ts';
import { EMPTY_PATH, JAR_PATH, JAR_TAG, POM_PATH, POM_TAG, type RequestRow } from './request-row.ts';
import { serve } from './running.ts';
import { ask, type WireAnswer } from './wire.ts';

const NO_RANGE =
  'What is no range is ignored (RFC 9110 14.2 leaves it to the server): a client with a broken field gets its file.';
const TOGETHER = 'Ranges that overlap or nearly touch are one (RFC 9110 15.3.7.2, 17.15): nginx sends bytes twice.';

/** By what a row says of itself: why nginx answers otherwise. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'HEAD knows no range': 'RFC 9110 14.2 defines Range for GET alone.',
  'for a negative number (bytes=--5)': NO_RANGE,
  'for an end before its start (bytes=9-5)': NO_RANGE,
  'for neither start nor end (bytes=-)': NO_RANGE,
  'for no number (bytes=a-b)': NO_RANGE,
  'for several ranges of which one is none (bytes=0-1,x)': NO_RANGE,
  'for a range of an empty file gets 416':
    'No byte of an empty file can be named; a client that resumes learns that it has all.',
  'for an end beyond the end (bytes=3-99999999999999999999)':
    'An end beyond the end is the end, however large (RFC 9110 14.1.1).',
  'for several ranges that nearly touch (bytes=0-1,4-5)': TOGETHER,
  'for several ranges that overlap, out of order (bytes=10-20,5-12)': TOGETHER,
  'for ranges of which two come together gets them in the order of the file': TOGETHER,
  'for more parts than anybody needs gets the whole': 'Seventeen parts are a storm (RFC 9110 17.15).',
  'has If-Match before If-Unmodified-Since': 'RFC 9110 13.1.4: If-Unmodified-Since is ignored beside If-Match.',
  'not modified since a later time gets 304':
    'RFC 9110 13.1.3: later is not modified since; nginx compares for equality.',
  'with no date to be unmodified since gets 200': 'RFC 9110 13.1.4: what is no date is ignored.',
};

const PATHS = [POM_PATH, JAR_PATH, EMPTY_PATH];
const PLAIN: readonly RequestRow[] = PATHS.flatMap((target) =>
  ['GET', 'HEAD'].map((method) => ({ that: `${method} ${target}`, method, target, status: 200 })),
);

it('conditions and ranges are answered as nginx answers them, but for what is meant', async (t) => {
  if (!needs(t, 'nginx')) return;
  const { server, planted } = await serve(t);
  const at = Date.parse(MODIFIED) / 1000;
  for (const path of PATHS) utimesSync(`${planted.site.published}${path}`, at, at);
  const { url: nginx } = await startNginx(t, `root ${planted.site.published};`);
  const tags = new Map(
    await Promise.all(
      (
        [
          [POM_PATH, POM_TAG],
          [JAR_PATH, JAR_TAG],
        ] as const
      ).map(async ([path, tag]) => [tag, (await ask(nginx, 'HEAD', path)).headers.etag ?? ''] as const),
    ),
  );
  const rows = [...PLAIN, ...CONDITIONAL, ...RANGES].filter((row) => PATHS.includes(row.target));

  const differences: Record<string, string> = {};
  for (const row of rows) {
    const ours = shape(await ask(server.url, row.method ?? 'GET', row.target, row.headers));
    const theirs = shape(await ask(nginx, row.method ?? 'GET', row.target, withTags(row.headers, tags)));
    if (ours !== theirs) differences[row.that] = `${theirs} | ${ours}`;
  }

  assert.deepEqual(
    Object.keys(differences).toSorted(),
    Object.keys(DIFFERENCES).toSorted(),
    JSON.stringify(differences, null, 1),
  );
});

function withTags(headers: RequestRow['headers'], tags: ReadonlyMap<string, string>): Record<string, string> {
  const replaced = Object.entries(headers ?? {}).map(([name, value]) => {
    let text = value;
    for (const [ours, theirs] of tags)
      text = text.replaceAll(ours, theirs).replaceAll(ours.slice(1, -1), theirs.slice(1, -1));
    return [name, text];
  });
  return Object.fromEntries(replaced);
}

/** What both must agree on: status, the range, the length and the validators, where a success has them. */
function shape({ status, headers, body }: WireAnswer): string {
  if (status >= 400) return [status, headers['content-range'] ?? '-'].join(' ');
  const isMultipart = headers['content-type']?.startsWith('multipart/') === true;
  return [
    status,
    headers['content-range'] ?? '-',
    isMultipart
      ? `parts ${body
          .toString('latin1')
          .match(/content-range: [^\r]*/gi)
          ?.map((line) => line.slice(15))
          .join(';')}`
      : body.length,
    headers['last-modified'] ?? '-',
    headers.etag === undefined ? 'no tag' : 'tag',
  ].join(' ');
}
