// What Debian packages of Maven artifacts, as a Maven repository that real builds can be made from.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sumOf } from './mirror.ts';
import { DEBIAN_MAVEN_REPO } from './needs.ts';

/** Its plugins, by their versions there. */
export const DEBIAN_PLUGINS: readonly (readonly [artifact: string, version: string])[] = [
  ['maven-compiler-plugin', '3.10.1'],
  ['maven-resources-plugin', '3.3.0'],
  ['maven-surefire-plugin', '2.22.3'],
  ['maven-jar-plugin', '3.3.0'],
  ['maven-install-plugin', '3.1.0'],
  ['maven-deploy-plugin', '3.0.0'],
];

/** As the `<plugins>` of a POM. */
export function debianPluginsText(): string {
  const plugins = DEBIAN_PLUGINS.map(
    ([artifact, version]) =>
      `<plugin><groupId>org.apache.maven.plugins</groupId><artifactId>${artifact}</artifactId><version>${version}</version></plugin>`,
  );
  return `<plugins>${plugins.join('')}</plugins>`;
}

/** Of Debian's Maven repository, what the builds here need. */
const FOLDERS = [
  ...['aopalliance', 'com/google/errorprone', 'com/google/guava', 'com/google/inject', 'com/thoughtworks/qdox'],
  ...['commons-io', 'javax/enterprise', 'javax/inject', 'nrepl', 'org/apache/apache', 'org/apache/commons'],
  ...['org/apache/geronimo', 'org/apache/maven', 'org/clojure', 'org/codehaus/plexus', 'org/eclipse/sisu'],
  ...['org/jsr-305', 'org/junit/junit-bom', 'org/junit/junit-parent', 'org/nrepl', 'org/ow2/asm'],
  ...['org/slf4j/slf4j-api', 'org/slf4j/slf4j-parent', 'org/sonatype/plexus', 'org/tukaani', 'org/xerial'],
];

/** The folders with the sums that a repository has. Most of Debian's jars are links out of it: copied as files. */
export function copyDebian(root: string, folders: readonly string[] = FOLDERS): void {
  for (const folder of folders) copyBelow(folder, root);
}

function copyBelow(path: string, root: string): void {
  mkdirSync(join(root, path), { recursive: true });
  for (const name of readdirSync(join(DEBIAN_MAVEN_REPO, path))) {
    const below = `${path}/${name}`;
    const stat = statSync(join(DEBIAN_MAVEN_REPO, below), { throwIfNoEntry: false });
    if (stat?.isDirectory()) copyBelow(below, root);
    if (!stat?.isFile()) continue;
    const bytes = readFileSync(join(DEBIAN_MAVEN_REPO, below));
    writeFileSync(join(root, below), bytes);
    writeFileSync(join(root, `${below}.sha1`), sumOf(bytes, 'sha1'));
  }
}
