// Real Maven, which knows nothing of us: settings and a local repository of its own, and a project that makes it resolve one artifact.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { MINUTE } from '../../src/host/clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';
import type { Coordinates } from './client-mirror.ts';

const TOOLS = resolve(import.meta.dirname, '../../../shared/tools');

export interface Build {
  readonly status: number | null;
  readonly output: string;
}

export interface MavenUser {
  /** Builds a project that needs `wanted` and all that this needs in turn, from the mirror alone, with strict checksums. */
  build(wanted: Coordinates): Promise<Build>;
  /** The jars in the local repository, by repository path. */
  jars(): Map<string, Buffer>;
}

/** Debian's Maven for the version `debian`, else the one that lies in the tools beside the project. Null, and skipped by name, where there is none. */
export function findMaven(t: TestContext, version: string): string | null {
  // Debian's brings the Java that the others run on.
  if (!needs(t, 'rsync', 'mvn')) return null;
  if (version === 'debian') return 'mvn';
  const archive = join(TOOLS, `apache-maven-${version}-bin.tar.gz`);
  if (!existsSync(archive)) {
    t.skip(`needs Maven ${version}: put apache-maven-${version}-bin.tar.gz into ../shared/tools beside the project`);
    return null;
  }
  const folder = temporaryFolder(t);
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  return join(folder, `apache-maven-${version}`, 'bin', 'mvn');
}

/** Somebody with an empty local repository, whose every request goes to `mirror`. */
export function mavenUser(t: TestContext, program: string, mirror: string): MavenUser {
  const home = temporaryFolder(t);
  const local = join(home, 'local');
  mkdirSync(local);
  writeFileSync(
    join(home, 'settings.xml'),
    `<settings><mirrors><mirror><id>tried</id><url>${mirror}</url><mirrorOf>*</mirrorOf></mirror></mirrors></settings>\n`,
  );
  return {
    build: async (wanted) => {
      writeFileSync(join(home, 'pom.xml'), projectText(wanted));
      return await runMaven(program, home, local);
    },
    jars: () => jarsIn(local),
  };
}

/** The core alone resolves an extension and what it needs: no plugin has to be fetched from anywhere. */
function projectText({ group, artifact, version }: Coordinates): string {
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example.tried</groupId><artifactId>tried</artifactId><version>1</version><packaging>pom</packaging>
  <build><extensions><extension>
    <groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
  </extension></extensions></build>
</project>\n`;
}

async function runMaven(program: string, home: string, local: string): Promise<Build> {
  const words = ['--batch-mode', '--strict-checksums', '--file', join(home, 'pom.xml'), '--settings'];
  const args = [...words, join(home, 'settings.xml'), `-Dmaven.repo.local=${local}`, 'validate'];
  const env = { PATH: process.env.PATH ?? '', HOME: home, MAVEN_OPTS: `-Duser.home=${home} -XX:TieredStopAtLevel=1` };
  const child = spawn(program, args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 2 * MINUTE });
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

function jarsIn(local: string): Map<string, Buffer> {
  const names = readdirSync(local, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jar'));
  return new Map(names.map((name) => [name, readFileSync(join(local, name))]));
}
