// What tools that do not run here send, as their sources and users tell, replayed against a mirror. Each line is a request, and what the tool
// needs of the answer to go on.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { needs } from '../support/needs.ts';
import { fillWithOddities } from './client-artifacts.ts';
import { type ClientWorld, sharedWorld } from './client-world.ts';

interface Line {
  readonly method?: 'GET' | 'HEAD';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  /** Where the body is to begin in the file; without, the whole of it. */
  readonly from?: number;
}

const POM = 'org/example/plus/1.0+build.5/plus-1.0+build.5.pom';
const JAR = 'org/example/plus/1.0+build.5/plus-1.0+build.5.jar';
const ENCODED = JAR.replaceAll('+', '%2B');
const METADATA = 'org/example/fresh/1.0-SNAPSHOT/maven-metadata.xml';
const NO_CACHE = { 'cache-control': 'no-cache, no-store', pragma: 'no-cache', expires: '0' };

const TRANSCRIPTS: Readonly<Record<string, readonly Line[]>> = {
  'Boot and Leiningen 2.7 (wagon)': [
    ...[POM, `${POM}.sha1`, JAR, `${JAR}.sha1`].map((path) => ({
      path,
      headers: { ...NO_CACHE, 'accept-encoding': 'gzip', 'user-agent': 'Java/1.8.0_292' },
    })),
  ],
  'Coursier, and with it sbt, Mill and scala-cli': [
    { path: POM.replaceAll('+', '%2B'), headers: { 'user-agent': 'Coursier/2.1.10', accept: '*/*' } },
    { path: `${POM}.sha1` },
    { method: 'HEAD', path: ENCODED },
    { path: ENCODED },
    { path: `${ENCODED}.sha1` },
    { path: `${ENCODED}.sha256`, status: 404 },
  ],
  'sbt with Ivy': [
    { method: 'HEAD', path: POM, headers: { 'user-agent': 'Apache Ivy/2.3.0' } },
    { path: POM },
    { path: `${POM}.sha1` },
    { method: 'HEAD', path: JAR.replace('.jar', '-sources.jar'), status: 404 },
    { path: `${JAR}.md5` },
  ],
  'Gradle 8': [
    { path: POM, headers: { 'user-agent': 'Gradle/8.10 (Linux;6.1;amd64) (Debian;17)', 'accept-encoding': 'gzip' } },
    { path: POM.replace('.pom', '.module'), status: 404 },
    { method: 'HEAD', path: JAR },
    { path: JAR },
    { path: METADATA },
    { path: `${METADATA}.sha1` },
    { path: `${METADATA}.sha512`, status: 404 },
  ],
  'Maven resolver, going on with a file that was cut': [
    {
      path: JAR,
      headers: { ...NO_CACHE, range: 'bytes=10-', 'accept-encoding': 'identity', 'if-unmodified-since': 'SINCE' },
      status: 206,
      from: 10,
    },
    { path: JAR, headers: { range: 'bytes=10-', 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, status: 412 },
  ],
};

describe('requests of tools that do not run here', () => {
  const { world: theWorld, end } = sharedWorld(fillWithOddities);
  after(end);

  for (const [tool, lines] of Object.entries(TRANSCRIPTS)) {
    test(tool, async (t) => {
      if (!needs(t, 'rsync')) return;
      const world = await theWorld();
      const modified = (await ask(world, { path: JAR })).headers['last-modified'] ?? '';

      for (const line of lines) {
        const { status, headers, body } = await ask(world, line, modified);

        const what = `${line.method ?? 'GET'} ${line.path}`;
        assert.equal(status, line.status ?? 200, what);
        if (status !== 200 && status !== 206) continue;
        const whole = readFileSync(join(world.mirror.data, 'published', decodeURIComponent(line.path)));
        const part = whole.subarray(line.from ?? 0);
        assert.equal(headers['content-length'], String(part.length), what);
        assert.deepEqual(body, line.method === 'HEAD' ? Buffer.alloc(0) : part, what);
        assert.equal(headers['content-encoding'], undefined, what);
        assert.equal(headers['last-modified'] !== undefined && headers.etag !== undefined, true, what);
      }
    });
  }
});

interface Came {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Nothing is encoded or decoded on the way, and nothing added but the host. */
function ask(world: ClientWorld, line: Line, modified: string | string[] = ''): Promise<Came> {
  const headers = Object.fromEntries(
    Object.entries(line.headers ?? {}).map(([name, value]) => [name, value === 'SINCE' ? String(modified) : value]),
  );
  const { hostname, port } = new URL(world.http);
  const options = { hostname, port, method: line.method ?? 'GET', path: `/${line.path}`, headers, agent: false };
  return new Promise((resolve, reject) => {
    const sent = request(options, (came) => {
      const chunks: Buffer[] = [];
      came.on('data', (chunk: Buffer) => chunks.push(chunk));
      came.on('error', reject);
      came.on('end', () =>
        resolve({ status: came.statusCode ?? 0, headers: came.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
