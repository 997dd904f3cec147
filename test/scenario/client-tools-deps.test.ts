// tools.deps, the resolver of deps.edn projects, over plain HTTP: its own rules of what a missing file means.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { MINUTE } from '../../src/host/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import { type Coordinates, jarOf, mirrorOfDemo, needy, needyOnWithheld, serveHttp } from './client-mirror.ts';

const TOOLS_DEPS = resolve(import.meta.dirname, '../../../shared/tools/tools-deps');

describe('tools.deps', () => {
  test('resolves an artifact and all that it needs', async (t) => {
    if (!hasToolsDeps(t)) return;
    const { mirror, repository } = await mirrorOfDemo(t);
    const { wanted, needed } = needy(repository);
    await mirror.sync();

    const { status, output, local } = await resolveDeps(t, await serveHttp(t, mirror), wanted);

    assert.equal(status, 0, output);
    for (const each of [wanted, ...needed]) {
      assert.deepEqual(readFileSync(join(local, jarOf(each))), readFileSync(join(repository.folder, jarOf(each))));
    }
  });

  test('fails loudly while something that it needs is withheld', async (t) => {
    if (!hasToolsDeps(t)) return;
    const { mirror, repository } = await mirrorOfDemo(t);
    const { wanted, needed } = needyOnWithheld(mirror, repository);
    await mirror.sync();

    const { status, output, local } = await resolveDeps(t, await serveHttp(t, mirror), wanted);

    assert.notEqual(status, 0, output);
    assert.match(output, /Held back: incomplete-version/);
    assert.equal(existsSync(join(local, jarOf(needed))), false);
  });
});

function hasToolsDeps(t: TestContext): boolean {
  // Debian's Maven brings Java.
  if (!needs(t, 'rsync', 'mvn')) return false;
  if (existsSync(TOOLS_DEPS)) return true;
  t.skip('needs tools.deps: put tools-deps into ../shared/tools beside the project');
  return false;
}

interface Resolved {
  readonly status: number | null;
  readonly output: string;
  /** The local repository. */
  readonly local: string;
}

async function resolveDeps(t: TestContext, mirror: string, wanted: Coordinates): Promise<Resolved> {
  const home = temporaryFolder(t);
  const local = join(home, 'local');
  writeFileSync(join(home, 'resolve.clj'), programText(mirror, local, wanted));
  const words = ['-XX:TieredStopAtLevel=1', `-Duser.home=${home}`, '-cp', join(TOOLS_DEPS, '*')];
  const env = { PATH: process.env.PATH ?? '', HOME: home, CLOJURE_CLI_ALLOW_HTTP_REPO: 'true' };
  const args = [...words, `-Djava.io.tmpdir=${home}`, 'clojure.main', join(home, 'resolve.clj')];
  const child = spawn('java', args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 2 * MINUTE });
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
  return { status, output, local };
}

/** Paths and URLs as JSON strings: Clojure reads these as its own. */
function programText(mirror: string, local: string, { group, artifact, version }: Coordinates): string {
  const url = JSON.stringify(mirror);
  return `(require '[clojure.tools.deps :as deps] '[clojure.tools.deps.extensions])
(deps/resolve-deps
  {:deps '{${group}/${artifact} {:mvn/version "${version}"}}
   :mvn/repos {"central" {:url ${url}} "clojars" {:url ${url}}}
   :mvn/local-repo ${JSON.stringify(local)}}
  nil)
(shutdown-agents)
`;
}
