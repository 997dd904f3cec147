// An access log as a mirror of some size writes it: few artifacts are asked for often, many seldom; builds ask for jar, POM and sums.

import { closeSync, openSync, writeSync } from 'node:fs';

const ARTIFACTS = 20_000;
const VERSIONS = 8;
const CLIENTS = 5000;
const BLOCK_LINES = 10_000;
const ENDINGS = ['.jar', '.jar', '.jar.sha1', '.pom', '.pom', '.pom.sha1', '.jar.sha1', '.pom.sha1'];
const STATUSES = [200, 200, 200, 200, 200, 200, 200, 200, 304, 404];
const AGENTS = [
  'Apache-Maven/3.9.9 (Java 21.0.5; Linux 6.1.0)',
  'Leiningen/2.11.2 (Java; Linux; amd64)',
  'Gradle/8.10 (Linux;6.1.0;amd64) (Debian;21.0.5)',
  'curl/8.14.1',
];
const BEGIN = Date.UTC(2026, 10, 20);
const DAY_MS = 86_400_000;

/** Writes `lines` lines of one day, in nginx's combined format; the same ones for the same seed. Returns the bytes. */
export function growLog(path: string, lines: number, seed: number): number {
  const file = openSync(path, 'w');
  const chance = mulberry(seed);
  let bytes = 0;
  try {
    for (let done = 0; done < lines; done += BLOCK_LINES) {
      let block = '';
      for (let line = done; line < Math.min(lines, done + BLOCK_LINES); line += 1)
        block += lineOf(line / lines, chance);
      bytes += writeSync(file, block);
    }
  } finally {
    closeSync(file);
  }
  return bytes;
}

function lineOf(part: number, chance: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  // About Zipf's law: the rank is as likely as its inverse.
  const artifact = Math.floor(ARTIFACTS ** chance()) - 1;
  const name = `artifact-${artifact}`;
  const version = `1.${Math.floor(chance() * VERSIONS)}.0`;
  const path = `/org/example/group${artifact % 500}/${name}/${version}/${name}-${version}${pick(ENDINGS)}`;
  const client = Math.floor(chance() * CLIENTS);
  const [, day, month, year, time] = new Date(BEGIN + part * DAY_MS).toUTCString().split(' ');
  const status = pick(STATUSES);
  const size = status === 200 ? Math.floor(chance() * 2_000_000) : 0;
  return `10.${client % 64}.${client >> 6}.0 - - [${day}/${month}/${year}:${time} +0000] "GET ${path} HTTP/1.1" ${status} ${size} "-" "${pick(AGENTS)}"\n`;
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
