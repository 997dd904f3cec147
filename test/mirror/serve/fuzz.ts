// Requests that nobody should send, each made of a seed: a good one, broken in a few places, whole or in pieces.

import { connect } from 'node:net';
import { type Random, seededRandom } from '../../../src/demo/repository/random.ts';

/** What the server answered to all that went over one connection. */
export interface FuzzAnswer {
  /** Enough to send it again. */
  readonly sent: Buffer;
  readonly received: Buffer;
}

type Words = readonly [string, ...string[]];
type Field = (random: Random) => string;

const METHODS: Words = [
  'GET',
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'BREW',
  'get',
  'G\u0000T',
  '',
];
const TARGETS: Words = [
  '/com/example/one/1.0/one-1.0.pom',
  '/com/example/one/1.0/one-1.0.jar',
  '/com/example/one/maven-metadata.xml',
  '/com/example/two/2.0+b3/two-2.0+b3.pom',
  '/com/example/',
  '/.meta/assay/trace',
  '/-/health',
  '/-/api/v1/echo/a',
  '/repo/com/example/one/1.0/one-1.0.pom',
  '/',
  '*',
  'http://mirror.example.org/com/example/one/1.0/one-1.0.pom',
];
const PIECES: Words = [
  '..',
  '/../',
  '%2e%2e/',
  '%2f',
  '%5c',
  '%00',
  '%0d%0a',
  '%c0%ae',
  '%',
  '//',
  '\\',
  '?',
  '#',
  '+',
  '%2B',
  '\t',
  '\u00ff',
  ' ',
];
const FIELDS: readonly [Field, ...Field[]] = [
  (random) => `range: bytes=${list(random, 80, () => `${edge(random)}-${edge(random)}`)}`,
  (random) => `range: ${noise(random, 40)}`,
  (random) => `if-none-match: ${list(random, 40, () => `${random.pick(['', 'W/'])}"${noise(random, 8)}"`)}`,
  (random) => `if-match: ${noise(random, 30)}`,
  (random) => `if-range: ${random.pick(['"x"', 'W/"x"', 'Sun, 01 Nov 2026 10:00:00 GMT', noise(random, 20)])}`,
  (random) => `if-modified-since: ${random.pick(['Sun, 01 Nov 2026 10:00:00 GMT', noise(random, 30), '0'])}`,
  (random) => `if-unmodified-since: ${noise(random, 30)}`,
  (random) => `content-length: ${random.pick(['0', '5', '-1', '99999999999999999999', '1e3', noise(random, 5)])}`,
  (random) =>
    `transfer-encoding: ${random.pick(['chunked', 'gzip, chunked', 'identity', 'xchunked', noise(random, 8)])}`,
  () => 'expect: 100-continue',
  () => 'connection: upgrade\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__',
  (random) => `connection: ${random.pick(['close', 'keep-alive', noise(random, 10)])}`,
  (random) => `x-forwarded-for: ${noise(random, 40)}`,
  (random) => `user-agent: ${noise(random, 200)}`,
  (random) => `accept: ${noise(random, 20)}`,
  (random) => `${noise(random, 10)}: ${noise(random, 10)}`,
  (random) => ` folded ${noise(random, 10)}`,
  (random) => `x-long: ${'a'.repeat(random.below(20_000))}`,
  (random) => Array.from({ length: random.below(150) }, (_, n) => `x-${n}: ${n}`).join('\r\n'),
  () => 'host: another.example.org',
];

/** The bytes of the fuzz of this number, of this seed. */
export function fuzzBytes(seed: number, number: number): Buffer {
  const random = seededRandom(`fuzz ${seed} ${number}`);
  const requests = Array.from({ length: 1 + random.below(3) }, () => request(random));
  const bytes = Buffer.from(requests.join(''), 'latin1');
  for (let flips = random.below(4) === 0 ? 1 + random.below(5) : 0; flips > 0; flips -= 1) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return random.below(10) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

function request(random: Random): string {
  const method = random.pick(METHODS);
  const version =
    random.below(12) === 0
      ? random.pick(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.11', '', 'http/1.1'])
      : 'HTTP/1.1';
  const fields = Array.from({ length: random.below(6) }, () => random.pick(FIELDS)(random));
  const host = random.below(15) === 0 ? '' : 'host: mirror.example.org\r\n';
  const end = random.below(10) === 0 ? '\n\n' : '\r\n';
  const body = random.below(4) === 0 ? noise(random, 60) : '';
  return `${method} ${target(random)} ${version}\r\n${host}${fields.map((field) => `${field}\r\n`).join('')}${end}${body}`;
}

function target(random: Random): string {
  let text = random.pick(TARGETS);
  for (let edits = random.below(4); edits > 0; edits -= 1) {
    const at = random.below(text.length + 1);
    text = text.slice(0, at) + random.pick(PIECES) + text.slice(at + random.below(3));
  }
  return random.below(40) === 0 ? text + '/a'.repeat(random.below(9000)) : text;
}

function edge(random: Random): string {
  return random.pick([
    '',
    '0',
    '1',
    '53',
    '54',
    '55',
    '199999',
    '200000',
    '-1',
    '99999999999999999999',
    String(random.below(300_000)),
  ]);
}

function list(random: Random, most: number, make: () => string): string {
  return Array.from({ length: 1 + random.below(most) }, make).join(random.pick([',', ', ', ' ,']));
}

function noise(random: Random, most: number): string {
  return Array.from({ length: random.below(most + 1) }, () => String.fromCharCode(random.below(256))).join('');
}

const DEADLINE_MS = 30_000;

/** Sends it and reads to the connection's end, which is ours to bring about: the server would wait for more. Throws when it takes too long. */
export function sendFuzz(port: number, bytes: Buffer): Promise<FuzzAnswer> {
  return new Promise((done, fail) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const chunks: Buffer[] = [];
    const overdue = setTimeout(() => {
      socket.destroy();
      fail(new Error(`no end within ${DEADLINE_MS} ms`));
    }, DEADLINE_MS);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A reset is an answer too.
    socket.on('error', () => undefined);
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(overdue);
      done({ sent: bytes, received: Buffer.concat(chunks) });
    });
    socket.end(bytes);
  });
}

/** What must not be: something that is no HTTP, a failure of ours, a byte of what is not served. Null when all is well. */
export function faultOf({ received }: FuzzAnswer): string | null {
  const text = received.toString('latin1');
  if (text === '') return null;
  if (!text.startsWith('HTTP/1.1 ')) return 'no HTTP';
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  const failed = statuses.find((status) => status >= 500);
  if (failed !== undefined) return `status ${failed}`;
  return text.includes('secret') ? 'what is not served' : null;
}
