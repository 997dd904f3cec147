import { POM_PATH, type RequestRow } from './request-row.ts';

/** None of them may get a byte of what lies outside of the inventory. */
export const HOSTILE: readonly RequestRow[] = [
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
    '/-/x/com/example/one/1.0/one-1.0.pom',
    `/${'a'.repeat(300)}`,
    `/${'a/'.repeat(4000)}`,
    `/${'%61'.repeat(3000)}`,
    '/COM/EXAMPLE/one/1.0/one-1.0.pom',
  ].map((target) => hostile(target, 404)),
];

/** Refused by the parser below us, which gives the shortest answer there is. */
export const UNREADABLE: readonly RequestRow[] = ['nonsense', '/com/\u00fc', '/a b'].map((target) => ({
  that: `for ${JSON.stringify(target)} gets 400`,
  target,
  status: 400,
  body: Buffer.alloc(0),
}));

function hostile(target: string, status: number): RequestRow {
  return {
    that: `for ${JSON.stringify(target.slice(0, 60))} gets ${status}`,
    target,
    status,
    problem: { status },
  };
}
