import { SINCE } from './planted.ts';
import { MINUTE, type RequestRow } from './request-row.ts';

export const ABSENT: readonly RequestRow[] = [
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
  { that: 'for a folder that is not there gets 404', target: '/com/example/none/', status: 404 },
  {
    that: 'for a folder gets a page that no crawler keeps',
    target: '/com/example/one/1.0/',
    status: 200,
    fields: { 'content-type': 'text/html; charset=utf-8', 'x-robots-tag': 'noindex, nofollow' },
  },
  {
    that: 'of a crawler for a folder gets 403',
    target: '/com/example/one/1.0/',
    headers: { 'user-agent': 'Mozilla/5.0 (compatible; ExampleBot/2.1)' },
    status: 403,
    problem: { type: 'urn:assay:problem:for-people' },
  },
  {
    that: 'for the second place of the repository without its slash is sent to it',
    target: '/repo',
    status: 301,
    fields: { location: './repo/' },
  },
  {
    that: 'for a folder without its slash is sent to it',
    target: '/com/example/one/1.0?x',
    status: 301,
    fields: { location: './1.0/' },
  },
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

export const WRITING: readonly RequestRow[] = [
  'PUT',
  'POST',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'MKCOL',
].map((method) => ({
  that: `${method} gets 405 and where to deploy`,
  method,
  target: '/com/example/new/1.0/new-1.0.pom',
  status: 405,
  fields: { allow: 'GET, HEAD', 'content-type': 'application/problem+json' },
  problem: { type: 'urn:assay:problem:read-only', status: 405, deploy_at: 'https://deploy.example.org/repo' },
}));
