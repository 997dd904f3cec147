// How each tool is made to fetch one artifact with our settings and nothing of the user's: what is written into an empty folder, and what is run.

import type { Tool, Wish } from '../settings/wish.ts';

export interface Artifact {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

export interface TrialCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Besides PATH, HOME, JAVA_HOME and proxies. */
  readonly env: Readonly<Record<string, string>>;
  /** By path below the folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Where what it fetched lies, below the folder; Gradle keeps a layout of its own. */
  readonly local: string;
  readonly layout: 'maven' | 'gradle';
}

export const TRUST_STORE = 'trust.p12';
export const TRUST_PASSWORD = 'changeit';

/** `settings` is the text of the tool's own file. */
export function trialCommand(tool: Tool, wish: Wish, settings: string, wanted: Artifact, folder: string): TrialCommand {
  const maven = { local: 'local', layout: 'maven' } as const;
  const java = javaOptions(wish, folder);
  switch (tool) {
    case 'maven':
      return {
        command: 'mvn',
        args: ['--batch-mode', '--settings', 'settings.xml', '-Dmaven.repo.local=local', 'validate'],
        env: { MAVEN_OPTS: java },
        files: { 'settings.xml': settings, 'pom.xml': POM, '.mvn/extensions.xml': extensionsText(wanted) },
        ...maven,
      };
    case 'leiningen':
      return {
        command: 'lein',
        args: ['with-profile', 'user', 'deps'],
        env: { LEIN_HOME: `${folder}/lein` },
        files: { 'lein/profiles.clj': settings, 'project.clj': projectText(wanted) },
        ...maven,
      };
    case 'deps':
      return {
        command: 'clojure',
        args: ['-P'],
        env: { CLJ_CONFIG: `${folder}/user`, JAVA_TOOL_OPTIONS: java, ...allowPlain(wish) },
        files: { 'user/deps.edn': settings, 'deps.edn': depsText(wanted) },
        ...maven,
      };
    case 'gradle':
      return {
        command: 'gradle',
        args: ['--no-daemon', '--console', 'plain', '--gradle-user-home', 'gradle', 'tried'],
        env: { GRADLE_OPTS: java },
        files: {
          'gradle/init.d/assay.gradle': settings,
          'build.gradle': buildText(wish, wanted),
          'settings.gradle': '',
        },
        local: 'gradle/caches/modules-2/files-2.1',
        layout: 'gradle',
      };
    case 'boot':
      return {
        command: 'boot',
        args: [
          '--no-boot-script',
          '--dependencies',
          `${wanted.group}/${wanted.artifact}:${wanted.version}`,
          'show',
          '--deps',
        ],
        env: { ...bootProperties(settings), BOOT_LOCAL_REPO: `${folder}/local` },
        files: {},
        ...maven,
      };
  }
}

/** Of what `javaOptions` says, where there is a private authority: see `trustStore`. */
function javaOptions({ certificateFile }: Wish, folder: string): string {
  if (certificateFile === null) return '';
  return `-Djavax.net.ssl.trustStore=${folder}/${TRUST_STORE} -Djavax.net.ssl.trustStorePassword=${TRUST_PASSWORD}`;
}

function allowPlain({ mirrors }: Wish): Record<string, string> {
  return mirrors.some((mirror) => mirror.startsWith('http:')) ? { CLOJURE_CLI_ALLOW_HTTP_REPO: 'true' } : {};
}

/** An extension of the core is resolved by the core alone: no plugin has to be fetched, and nothing that Maven adds to plugins. */
function extensionsText({ group, artifact, version }: Artifact): string {
  const what = `<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>`;
  return `<extensions><extension>${what}</extension></extensions>\n`;
}

const POM = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example.tried</groupId><artifactId>tried</artifactId><version>1</version><packaging>pom</packaging>
</project>
`;

function projectText({ group, artifact, version }: Artifact): string {
  return `(defproject tried "1" :local-repo "local" :dependencies [[${group}/${artifact} "${version}"]])\n`;
}

function depsText({ group, artifact, version }: Artifact): string {
  return `{:mvn/local-repo "local" :deps {${group}/${artifact} {:mvn/version "${version}"}}}\n`;
}

function buildText(wish: Wish, { group, artifact, version }: Artifact): string {
  const repositories = wish.repositories.map(
    ({ ids, origin }) => `    maven { name '${ids[0]}'; url '${origin ?? wish.mirrors[0]}' }\n`,
  );
  return `repositories {
${repositories.join('')}}
configurations { tried }
dependencies { tried '${group}:${artifact}:${version}' }
task tried { doLast { configurations.tried.files } }
`;
}

/** The properties as environment variables, which win over every file. */
function bootProperties(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => /^BOOT_\w+=/.test(line));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
