// The build tools themselves, each with a project, a home and a local repository of its own, and settings that `assay client-config` wrote.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { debianPluginsText } from '../support/debian-repository.ts';
import { temporaryFolder } from '../support/folder.ts';
import { QUICK_JAVA, runTool, type ToolRun } from '../support/tool-run.ts';
import type { ClientWorld } from './client-world.ts';

export interface Builder {
  readonly home: string;
  /** Its settings, anew: the words are those of `assay client-config`. */
  set(...words: string[]): Promise<string>;
  build(...goals: string[]): Promise<ToolRun>;
  /** A file of the local repository, or null. */
  local(path: string): Buffer | null;
  /** The local repository is empty again. */
  forget(): void;
}

export const CLOJURE_JAR = 'org/clojure/clojure/1.11.1/clojure-1.11.1.jar';

/** A project with source, real plugins, and repositories under the names and addresses that are found in POMs. `deployTo` is its origin. */
export function mavenBuilder(t: TestContext, world: ClientWorld, program: string, deployTo: string): Builder {
  const home = temporaryFolder(t);
  const settings = join(home, 'settings.xml');
  mkdirSync(join(home, 'src/main/java'), { recursive: true });
  writeFileSync(join(home, 'src/main/java/Tried.java'), 'public class Tried {}\n');
  writeFileSync(join(home, 'pom.xml'), pomText(deployTo));
  // Resolved before there is a project: by repositories of active profiles alone.
  mkdirSync(join(home, '.mvn'));
  const extension = '<groupId>org.example</groupId><artifactId>classified</artifactId><version>1.0</version>';
  writeFileSync(join(home, '.mvn/extensions.xml'), `<extensions><extension>${extension}</extension></extensions>\n`);
  // Global settings, which nobody's own replace: whatever leaves this machine goes to one place, and is seen there; plain HTTP is blocked as it is by default.
  const { hostname, port } = new URL(world.outside.url);
  const blocker =
    '<mirrors><mirror><id>maven-default-http-blocker</id><mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror></mirrors>';
  const outside = `<proxies><proxy><id>o</id><active>true</active><protocol>https</protocol><host>${hostname}</host><port>${port}</port><nonProxyHosts>127.*</nonProxyHosts></proxy></proxies>`;
  writeFileSync(join(home, 'global.xml'), `<settings>${outside}${blocker}</settings>\n`);
  return {
    home,
    set: (...words) => world.settings(settings, 'maven', ...words),
    build: (...goals) =>
      runTool(
        program,
        [
          ...['--batch-mode', '--settings', settings, '--global-settings', join(home, 'global.xml')],
          ...[`-Dmaven.repo.local=${join(home, 'local')}`, ...goals],
        ],
        { cwd: home, env: { MAVEN_OPTS: `-Duser.home=${home} ${QUICK_JAVA}` } },
      ),
    local: (path) => fileIn(home, path),
    forget: () => rmSync(join(home, 'local'), { recursive: true, force: true }),
  };
}

function pomText(deployTo: string): string {
  const dependency = (coordinates: string) => {
    const [group, artifact, version, classifier] = coordinates.split(':');
    const more = classifier === undefined ? '' : `<classifier>${classifier}</classifier>`;
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${more}</dependency>`;
  };
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>1</version><relativePath/></parent>
  <artifactId>tried</artifactId><version>1.0</version>
  <properties><maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
  <distributionManagement><repository><id>clojars</id><url>${deployTo}</url></repository></distributionManagement>
  <repositories>
    <repository><id>clojars.org</id><url>http://clojars.org/repo</url></repository>
    <repository><id>clojars</id><url>https://repo.clojars.org/</url></repository>
  </repositories>
  <pluginRepositories><pluginRepository><id>clojars</id><url>https://repo.clojars.org/</url></pluginRepository></pluginRepositories>
  <dependencies>
    ${['org.clojure:clojure:1.11.1', ...ODDITIES].map(dependency).join('\n    ')}
  </dependencies>
  <build>${debianPluginsText()}</build>
</project>
`;
}

/** A range, a SNAPSHOT, a version with a plus, a classifier. */
export const ODDITIES: readonly string[] = [
  'org.example:ranged:[1.0,2.0)',
  'org.example:fresh:1.0-SNAPSHOT',
  'org.example:plus:1.0+build.5',
  'org.example:classified:1.0:extra',
];

/** A Clojure project that is compiled and run. */
export function leinBuilder(t: TestContext, world: ClientWorld): Builder {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'src/tried'), { recursive: true });
  mkdirSync(join(home, 'lein'));
  writeFileSync(join(home, 'project.clj'), projectText(home));
  writeFileSync(
    join(home, 'src/tried/core.clj'),
    '(ns tried.core)\n(defn -main [& _] (println "built with" (clojure-version)))\n',
  );
  return {
    home,
    set: (...words) => world.settings(join(home, 'lein/profiles.clj'), 'leiningen', '--ca', world.caFile, ...words),
    build: (...goals) =>
      runTool('lein', goals, {
        cwd: home,
        env: {
          LEIN_HOME: join(home, 'lein'),
          LEIN_JVM_OPTS: `-Duser.home=${home} ${QUICK_JAVA}`,
          https_proxy: world.outside.url,
          http_proxy: world.outside.url,
          http_no_proxy: '127.*',
        },
      }),
    local: (path) => fileIn(home, path),
    forget: () => rmSync(join(home, 'local'), { recursive: true, force: true }),
  };
}

function projectText(home: string): string {
  return `(defproject org.example/tried "1.0"
  :description "tried" :url "https://example.org/" :license {:name "none"}
  :local-repo ${JSON.stringify(join(home, 'local'))}
  :dependencies [[org.clojure/clojure "1.11.1"]]
  :main tried.core)
`;
}

/** A build that resolves, with repositories as builds name them; shows what it has. */
export function gradleBuilder(t: TestContext, world: ClientWorld): Builder {
  const home = temporaryFolder(t);
  writeFileSync(join(home, 'settings.gradle'), "rootProject.name = 'tried'\n");
  writeFileSync(
    join(home, 'build.gradle'),
    `repositories {
  mavenCentral()
  maven { url 'http://clojars.org/repo' }
  maven { name 'clojars'; url 'https://repo.clojars.org/' }
}
configurations { tried }
dependencies { tried 'org.clojure:clojure:1.11.1' }
task tried { doLast { configurations.tried.files.each { println 'has ' + it.name } } }
`,
  );
  const { hostname, port } = new URL(world.outside.url);
  const outside = ['http', 'https'].map(
    (scheme) => `-D${scheme}.proxyHost=${hostname} -D${scheme}.proxyPort=${port} -D${scheme}.nonProxyHosts=127.*`,
  );
  return {
    home,
    set: (...words) => world.settings(join(home, 'gradle/init.d/assay.gradle'), 'gradle', ...words),
    build: (...goals) =>
      runTool('gradle', ['--no-daemon', '--console', 'plain', '--gradle-user-home', join(home, 'gradle'), ...goals], {
        cwd: home,
        env: { GRADLE_OPTS: `-Duser.home=${home} -Dorg.gradle.daemon=false ${outside.join(' ')} ${QUICK_JAVA}` },
      }),
    local: () => null,
    forget: () => rmSync(join(home, 'gradle/caches'), { recursive: true, force: true }),
  };
}

function fileIn(home: string, path: string): Buffer | null {
  const file = join(home, 'local', path);
  return existsSync(file) ? readFileSync(file) : null;
}
