// Leiningen, which takes nothing but HTTPS and trusts whom its project names.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { serve } from '../../src/compose/serve-process.ts';
import { loadConfig } from '../../src/config/load.ts';
import { makeCertificate } from '../../src/demo/world.ts';
import { HOUR, MINUTE } from '../../src/host/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { Mirror } from '../support/mirror.ts';
import { needs } from '../support/needs.ts';
import { type Coordinates, jarOf, mirrorOfDemo, needy, needyOnWithheld, someJar } from './client-mirror.ts';

describe('Leiningen', { concurrency: 2 }, () => {
  test('resolves an artifact and all that it needs over HTTPS, with strict checksums', async (t) => {
    if (!needs(t, 'rsync', 'lein')) return;
    const { mirror, repository } = await mirrorOfDemo(t);
    const { wanted, needed } = needy(repository);
    await mirror.sync();
    const user = await leinUser(t, mirror);

    const { status, output } = await user.deps(wanted);

    assert.equal(status, 0, output);
    const jars = user.jars();
    for (const each of [wanted, ...needed]) {
      assert.deepEqual(jars.get(jarOf(each)), readFileSync(join(repository.folder, jarOf(each))), output);
    }
  });

  test('fails while something that it needs is withheld, and resolves once that is published', async (t) => {
    if (!needs(t, 'rsync', 'lein')) return;
    const { mirror, repository } = await mirrorOfDemo(t);
    const { wanted, needed } = needyOnWithheld(mirror, repository);
    await mirror.sync();
    const user = await leinUser(t, mirror);

    const failed = await user.deps(wanted);
    mirror.origin.put(jarOf(needed), someJar(repository), { sums: ['sha1'], ageMs: HOUR });
    await mirror.sync();
    const built = await user.deps(wanted);

    assert.notEqual(failed.status, 0, failed.output);
    assert.match(failed.output, new RegExp(`${needed.artifact}.*${needed.version}`));
    assert.equal(built.status, 0, built.output);
    assert.deepEqual(user.jars().get(jarOf(needed)), someJar(repository));
  });
});

async function leinUser(t: TestContext, mirror: Mirror) {
  const home = temporaryFolder(t);
  const local = join(home, 'local');
  mkdirSync(local);
  const made = await makeCertificate({ names: ['localhost'], addresses: ['127.0.0.1'], now: Date.now(), days: 2 });
  const files = { certificate: join(home, 'certificate.pem'), key: join(home, 'key.pem'), ca: join(home, 'ca.pem') };
  writeFileSync(files.certificate, made.certificatePem);
  writeFileSync(files.key, made.keyPem);
  writeFileSync(files.ca, made.caPem);
  const url = await serveHttps(t, mirror, files);
  return {
    deps: (wanted: Coordinates) => {
      writeFileSync(join(home, 'project.clj'), projectText(wanted, url, files.ca, local));
      return runLein(home);
    },
    /** In the local repository, by repository path. */
    jars: () => {
      const names = readdirSync(local, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jar'));
      return new Map(names.map((name) => [name, readFileSync(join(local, name))]));
    },
  };
}

async function serveHttps(
  t: TestContext,
  mirror: Mirror,
  files: { certificate: string; key: string },
): Promise<string> {
  const loaded = loadConfig(mirror.configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  const tls = { ...files, profile: 'modern', also: [] } as const;
  const task = { config: loaded.config, listen: ['127.0.0.1:0'], tls, reusePort: false, logLevel: 'error' as const };
  const server = await serve(task, new AbortController().signal);
  t.after(() => server.stop(0));
  return server.url;
}

function projectText({ group, artifact, version }: Coordinates, url: string, ca: string, local: string): string {
  return `(defproject tried "1"
  :dependencies [[${group}/${artifact} "${version}"]]
  :mirrors {#".+" {:name "tried" :url "${url}" :checksum :fail}}
  :certificates ["${ca}"]
  :local-repo "${local}"
  :profiles {:bare {}})\n`;
}

async function runLein(home: string): Promise<{ status: number | null; output: string }> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LEIN_HOME: join(home, '.lein'),
    LEIN_JVM_OPTS: `-Duser.home=${home} -XX:TieredStopAtLevel=1`,
  };
  // Without the profiles that every project has: what they need is nothing that a mirror of ours holds.
  const args = ['with-profile', 'bare', 'deps'];
  const child = spawn('lein', args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 4 * MINUTE });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const status = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  return { status, output };
}
