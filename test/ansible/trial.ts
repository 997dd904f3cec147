// What a trial of the playbook needs beside the machine: releases to play, plays over it, and clients that look at it from outside.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MINUTE } from '../../src/host/clock.ts';
import type { Asked } from './asking.ts';
import { makeOther, makeRelease } from './builds.ts';
import type { Machine } from './machine.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import { type Played, play, type Variables } from './play.ts';

/** The machine's name, and the one that the certificate authority refuses. */
export const NAME = 'mirror.example.org';
export const REFUSED = 'refused.example.org';
/** What `build.commit` is of the second build. */
export const SECOND_COMMIT = '2'.repeat(40);
const BROKEN =
  'function runDaemon(...rest: never): Promise<void> { throw new Error("a broken build"); }\nasync function was(';

export async function makeBuilds(home: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [secret, key] = [join(home, 'release.key'), join(home, 'release.pub')];
  writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }));
  const first = makeRelease(join(home, 'first'), secret);
  const named = (text: string) => text.replace(/"commit": "[^"]*"/, `"commit": "${SECOND_COMMIT}"`);
  const second = await makeOther(first, join(home, 'second'), secret, 'release.json', named);
  const spoilt = (text: string) => text.replace('function runDaemon(', BROKEN);
  const broken = await makeOther(first, join(home, 'broken'), secret, 'src/compose/daemon.ts', spoilt);
  return { first, second, broken, key };
}

export function playOn(
  machine: Machine,
  world: Neighbourhood,
  home: string,
  variables: Variables,
  words: readonly string[] = [],
): Promise<Played> {
  const { playbook = 'playbook.yml', ...own } = variables;
  const told = {
    assay_contact: 'ops@example.org',
    assay_source: { kind: 'rsync', url: world.sourceUrl, schedule: '* * * * *', jitter_seconds: 0 },
    assay_acme_server: world.acmeUrl,
    assay_acme_ca_file: world.acmeCaFile,
    assay_min_disk_gib: 1,
  };
  const hosts = { [NAME]: { ...machine.variables, ...told, ...own } };
  return play(String(playbook), { home, hosts, words, within: machine.within });
}

/** A client on another machine, that trusts the authority and knows nothing else. */
export function lookerAt(machine: Machine, { caFile, repository }: Neighbourhood) {
  const ask = (path: string, ...words: string[]) =>
    machine.run('curl', '-sS', '--max-time', '60', '--cacert', caFile, ...words, `https://${NAME}${path}`);
  const json = async (path: string) => {
    const { status, output } = await ask(path);
    assert.equal(status, 0, output);
    return JSON.parse(output);
  };
  const until = async (what: string, isSo: () => Promise<boolean>) => {
    const giveUpAt = performance.now() + 3 * MINUTE;
    while (!(await isSo().catch(() => false))) {
      if (performance.now() > giveUpAt) throw new Error(`within three minutes it was not so: ${what}`);
      await wait(1000);
    }
  };
  return {
    ask,
    json,
    async get(path: string) {
      const [head, body] = [join(repository.folder, '../head'), join(repository.folder, '../body')];
      const { status, output } = await ask(path, '--fail', '--dump-header', head, '--output', body);
      assert.equal(status, 0, output);
      return { head: readFileSync(head, 'utf8'), body: readFileSync(body) };
    },
    untilPublished: () =>
      until('a pass has ended', async () => (await json('/-/status.json')).last_success_at !== null),
    untilHealthy: () => until('it is healthy', async () => (await json('/-/health')).healthy === true),
  };
}

export function startAsking(machine: Machine, url: string, caFile: string, digest: string) {
  const script = join(import.meta.dirname, 'asking.ts');
  const child = machine.start(process.execPath, [script, url, caFile, digest], { hears: true });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise((done) => child.once('close', done));
  return {
    async stop(): Promise<Asked> {
      child.stdin?.end();
      await ended;
      return JSON.parse(output) as Asked;
    },
  };
}

export function anArtifact({ repository }: Neighbourhood): [path: string, bytes: Buffer] {
  const paths = readdirSync(repository.folder, { recursive: true, encoding: 'utf8' }).toSorted();
  const path = paths.find((each) => each.endsWith('.jar') && !each.includes('SNAPSHOT')) ?? '';
  return [`/${path}`, readFileSync(join(repository.folder, path))];
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
