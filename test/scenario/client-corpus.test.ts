// Real artifacts of the largest public repository, through the settings that `assay client-config` writes: what Maven 3.9, Maven 4 and tools.deps
// ask for, and what they say when a byte was changed.

import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { readWish, tryTool } from '../../src/client/settings.ts';
import { systemClock } from '../../src/host/clock.ts';
import { openHttp } from '../../src/host/http.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startFront } from '../support/front.ts';
import { sumOf } from '../support/mirror.ts';
import { CORPUS, needs } from '../support/needs.ts';
import { QUICK_JAVA, runTool, type ToolRun } from '../support/tool-run.ts';
import { type ClientWorld, published, sharedWorld } from './client-world.ts';
import { findMaven } from './maven.ts';

const TOOLS_DEPS = resolve(import.meta.dirname, '../../../shared/tools/tools-deps');
const CLOJURE = 'org/clojure/clojure/1.11.1/clojure-1.11.1.jar';
/** `clojure` and what it needs. */
const WANTED = [CLOJURE, 'org/clojure/spec.alpha/0.3.218/spec.alpha-0.3.218.jar'];

const { world: theWorld, end } = sharedWorld(({ origin }) =>
  cpSync(join(CORPUS, 'repository'), origin.folder, { recursive: true, preserveTimestamps: true }),
);

describe('real artifacts', () => {
  after(end);

  for (const version of ['3.9.9', '4.0.0-rc-4']) {
    test(`Maven ${version} takes sums from headers and asks for each file once`, async (t) => {
      const program = needs(t, 'corpus') ? findMaven(t, version) : null;
      if (program === null) return;
      const world = await theWorld();
      const front = await startFront(t, { to: world.http });

      const { status, output, local } = await resolveWithMaven(t, world, program, front.url);

      assert.equal(status, 0, output);
      for (const path of WANTED) assert.deepEqual(readFileSync(join(local, path)), published(world, path));
      const paths = front.asked.map(({ path }) => path);
      assert.deepEqual(
        paths.filter((path) => /\.(sha1|md5|sha256|sha512)$/.test(path)),
        [],
      );
      assert.equal(new Set(paths).size, paths.length);
    });
  }

  describe('tools.deps', () => {
    test('is tried by client-config --check', async (t) => {
      if (!needs(t, 'corpus', 'rsync', 'mvn') || !hasToolsDeps(t)) return;
      const world = await theWorld();
      const path = `${clojureCommand(temporaryFolder(t))}:${process.env.PATH}`;
      const read = readWish({
        mirrors: [world.http],
        repositories: ['clojars', 'central'],
        mode: 'outage',
        certificateFile: null,
      });
      if (read.kind === 'fault') throw new Error(read.sentence);
      const clock = systemClock;
      await using http = openHttp({ userAgent: 'test', clock, chance: () => 0 });
      const wanted = { group: 'org.clojure', artifact: 'clojure', version: '1.11.1' };

      const tried = await tryTool(
        'deps',
        read.wish,
        wanted,
        { http, env: { PATH: path } },
        new AbortController().signal,
      );

      assert.deepEqual(tried, { kind: 'same', sha256: sumOf(published(world, CLOJURE), 'sha256'), from: world.http });
    });

    test('resolves, goes round a mirror that dies, and refuses a byte that was changed', async (t) => {
      if (!needs(t, 'corpus', 'rsync', 'mvn') || !hasToolsDeps(t)) return;
      const world = await theWorld();
      const dying = await startFront(t, { to: world.http, diesAfter: 2 });
      const altered = await startFront(t, {
        to: world.http,
        alter: (path, body) => (path === CLOJURE ? Buffer.concat([body, Buffer.from('x')]) : body),
      });

      const pair = await resolveWithDeps(t, world, dying.url, world.http);
      const refused = await resolveWithDeps(t, world, altered.url);

      assert.equal(pair.status, 0, pair.output);
      for (const path of WANTED) assert.deepEqual(readFileSync(join(pair.local, path)), published(world, path));
      assert.notEqual(refused.status, 0, refused.output);
      assert.match(refused.output, /Download corrupted: Checksum validation failed/);
      assert.equal(existsSync(join(refused.local, CLOJURE)), false);
    });
  });
});

/** The Clojure CLI, as far as `-P` goes: its user's and the project's deps.edn, its local repository. */
function clojureCommand(folder: string): string {
  const program =
    '(do (require (quote [clojure.tools.deps :as d]) (quote clojure.tools.deps.extensions)) (d/create-basis {:user (str (System/getenv "CLJ_CONFIG") "/deps.edn") :project "deps.edn"}) (shutdown-agents))';
  const file = join(folder, 'clojure');
  const java = `java ${QUICK_JAVA} -Duser.home="$PWD" -cp '${join(TOOLS_DEPS, '*')}' clojure.main -e '${program}'`;
  writeFileSync(file, `#!/bin/sh\nset -e\n[ "$*" = -P ]\n${java}\n`, { mode: 0o755 });
  return folder;
}

interface Resolved extends ToolRun {
  readonly local: string;
}

/** An extension is resolved by Maven's core: no plugin is needed. */
async function resolveWithMaven(
  t: TestContext,
  world: ClientWorld,
  program: string,
  mirror: string,
): Promise<Resolved> {
  const home = temporaryFolder(t);
  const local = join(home, 'local');
  const settings = join(home, 'settings.xml');
  await world.settings(settings, 'maven', '--mode', 'outage', '--mirror', mirror, '--repository', 'central');
  writeFileSync(
    join(home, 'pom.xml'),
    `<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>tried</artifactId><version>1</version><packaging>pom</packaging>
<build><extensions><extension><groupId>org.clojure</groupId><artifactId>clojure</artifactId><version>1.11.1</version></extension></extensions></build></project>\n`,
  );
  const run = await runTool(
    program,
    ['--batch-mode', '--settings', settings, `-Dmaven.repo.local=${local}`, 'validate'],
    { cwd: home, env: { MAVEN_OPTS: `-Duser.home=${home} ${QUICK_JAVA}` } },
  );
  return { ...run, local };
}

async function resolveWithDeps(t: TestContext, world: ClientWorld, ...mirrors: string[]): Promise<Resolved> {
  const home = temporaryFolder(t);
  const local = join(home, 'local');
  const words = mirrors.flatMap((mirror) => ['--mirror', mirror]);
  await world.settings(join(home, 'deps.edn'), 'deps', '--mode', 'outage', '--repository', 'clojars,central', ...words);
  writeFileSync(
    join(home, 'resolve.clj'),
    `(require '[clojure.tools.deps :as deps] '[clojure.tools.deps.extensions])
(deps/create-basis {:user "deps.edn"
                    :project {:deps '{org.clojure/clojure {:mvn/version "1.11.1"}} :mvn/local-repo "local"}})
(shutdown-agents)
`,
  );
  const java = [...QUICK_JAVA.split(' '), `-Duser.home=${home}`, `-Djava.io.tmpdir=${home}`];
  const run = await runTool('java', [...java, '-cp', join(TOOLS_DEPS, '*'), 'clojure.main', 'resolve.clj'], {
    cwd: home,
    env: { CLOJURE_CLI_ALLOW_HTTP_REPO: 'true' },
  });
  return { ...run, local };
}

function hasToolsDeps(t: TestContext): boolean {
  if (existsSync(TOOLS_DEPS) && readdirSync(TOOLS_DEPS).length > 0) return true;
  t.skip('needs tools.deps: put tools-deps into ../shared/tools beside the project');
  return false;
}
