// A cold build: an empty local repository, everything that Maven and its plugins need. Each server is reached through the same proxy, which adds the
// way to a mirror on the same continent: on loopback a build is all Java, and what is saved in requests would not be seen.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientFile, readWish } from '../../src/client/settings.ts';
import { debianPluginsText } from '../support/debian-repository.ts';
import { runTool } from '../support/tool-run.ts';
import { type Distance, startDistance } from './distance.ts';
import type { Figure } from './figure.ts';
import type { BenchOptions } from './options.ts';
import type { Peer } from './serving-peers.ts';

/** To the server and back. */
const ROUND_TRIP_MS = 20;

export interface MavenVersion {
  readonly name: string;
  /** Null: the one on PATH. */
  readonly archive: string | null;
}

export async function measureBuilds(
  home: string,
  version: MavenVersion,
  assay: Peer,
  nginx: Peer,
  options: BenchOptions,
  tell: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Figure[]> {
  const project = layProject(home);
  const program = unpack(home, version);
  const seconds: [number[], number[], number[], number[]] = [[], [], [], []];
  const requests: [number[], number[]] = [[], []];
  for (const [index, roundTripMs] of [0, ROUND_TRIP_MS].entries()) {
    await using ours = await startDistance(assay.http, roundTripMs);
    await using theirs = await startDistance(nginx.http, roundTripMs);
    // Once each unmeasured: Java's own files are in memory then.
    await build(project, program, theirs);
    await build(project, program, ours);
    for (let run = 0; run < options.builds; run += 1) {
      signal.throwIfAborted();
      const base = await build(project, program, theirs);
      const mine = await build(project, program, ours);
      seconds[index * 2]?.push(mine.seconds);
      seconds[index * 2 + 1]?.push(base.seconds);
      if (index > 0) continue;
      requests[0].push(mine.requests);
      requests[1].push(base.requests);
    }
  }
  tell(`${version.name}: ${requests[0][0]} requests of ${requests[1][0]}`);
  const what = `cold build by ${version.name}`;
  const aim = version.name === 'Maven 3.9' ? 0.8 : null;
  return [
    { work: `${what}: requests`, unit: 'requests', ours: requests[0], base: requests[1], aim },
    { work: `${what}, loopback`, unit: 's', ours: seconds[0], base: seconds[1], aim: null },
    { work: `${what}, ${ROUND_TRIP_MS} ms away`, unit: 's', ours: seconds[2], base: seconds[3], aim },
  ];
}

async function build(
  project: string,
  program: string,
  server: Distance,
): Promise<{ seconds: number; requests: number }> {
  const read = readWish({
    mirrors: [server.url],
    repositories: ['clojars', 'central'],
    mode: 'outage',
    certificateFile: null,
  });
  const file = read.kind === 'wish' ? clientFile('maven', read.wish) : read;
  if (file.kind === 'fault') throw new Error(file.sentence);
  writeFileSync(join(project, 'settings.xml'), file.text);
  for (const folder of ['local', 'target']) rmSync(join(project, folder), { recursive: true, force: true });
  const before = server.requests();
  const begun = performance.now();
  const words = ['--batch-mode', '--settings', 'settings.xml', '-Dmaven.repo.local=local', 'package'];
  const { status, output } = await runTool(program, words, {
    cwd: project,
    env: { MAVEN_OPTS: `-Duser.home=${project}` },
  });
  if (status !== 0) throw new Error(`a build failed: ${output.slice(-2000)}`);
  return { seconds: (performance.now() - begun) / 1000, requests: server.requests() - before };
}

function layProject(home: string): string {
  const project = join(home, 'project');
  mkdirSync(join(project, 'src/main/java'), { recursive: true });
  writeFileSync(join(project, 'src/main/java/Tried.java'), 'public class Tried {}\n');
  writeFileSync(
    join(project, 'pom.xml'),
    `<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>tried</artifactId><version>1.0</version>
<properties><maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencies><dependency><groupId>org.clojure</groupId><artifactId>clojure</artifactId><version>1.11.1</version></dependency></dependencies>
<build>${debianPluginsText()}</build></project>\n`,
  );
  return project;
}

function unpack(home: string, { archive }: MavenVersion): string {
  if (archive === null) return 'mvn';
  execFileSync('tar', ['-xzf', archive, '-C', home]);
  return join(home, 'apache-maven-3.9.9', 'bin', 'mvn');
}
