// Jar files: real zip archives with a manifest, their own POM and something inside that looks like code. Small, and never run.

import { strToU8, type Zippable, zipSync } from 'fflate';
import type { PlantedArtifact } from './catalogue.ts';
import { type Random, seededRandom } from './random.ts';

export interface JarOptions {
  readonly artifact: PlantedArtifact;
  readonly version: string;
  readonly pom: string;
  /** Epoch milliseconds, written into every entry. */
  readonly at: number;
  readonly seed: number;
  /** `sources`, `javadoc`, or null for the main jar. */
  readonly classifier: string | null;
  /** Another code in the same place and of the same length, so that the whole file keeps its size. */
  readonly tampered?: boolean;
}

const WORDS = [
  'tide',
  'lamp',
  'ink',
  'reed',
  'slate',
  'ember',
  'gull',
  'oar',
  'knot',
  'brook',
  'fern',
  'quill',
] as const;

/** The bytes of one jar, 2 to 40 KB; the same options give the same bytes. */
export function makeJar(options: JarOptions): Buffer {
  const { artifact, version, classifier } = options;
  const random = seededRandom(
    `${options.seed}:${artifact.group.group}:${artifact.artifact}:${version}:${classifier ?? ''}`,
  );
  const entries: Zippable = {
    'META-INF/MANIFEST.MF': strToU8(manifest(artifact, version)),
    ...contents(options, random),
  };
  // In local time, as a zip has no zone: the same bytes on every machine need the zone taken out.
  const at = new Date(options.at);
  const mtime = new Date(at.getTime() + at.getTimezoneOffset() * 60_000);
  return Buffer.from(zipSync(entries, { mtime, level: 6, os: 3 }));
}

function contents(options: JarOptions, random: Random): Zippable {
  const { artifact, classifier } = options;
  const folder = `${artifact.artifact.replaceAll(/[-.]/g, '_').toLowerCase()}`;
  if (classifier === 'javadoc')
    return { 'index.html': strToU8(page(artifact)), 'element-list': strToU8(`${folder}\n`) };
  const own = `META-INF/maven/${artifact.group.group}/${artifact.artifact}`;
  const packed = { [`${own}/pom.xml`]: strToU8(options.pom), [`${own}/pom.properties`]: strToU8(properties(options)) };
  if (classifier === 'sources')
    return { [`${folder}/Core.java`]: strToU8(`package ${folder};\n\n${prose(random, 40, '// ')}`) };
  // Stored, not deflated: what is put in its place takes as many bytes.
  const code = classFile(random, options.tampered === true);
  const main: Zippable = {
    [`${folder}/${artifact.group.language === 'java' ? 'Core' : 'core__init'}.class`]: [code, { level: 0 }],
  };
  const source = strToU8(`(ns ${folder.replaceAll('_', '-')}.core)\n\n${prose(random, 20 + random.below(60), ';; ')}`);
  const plugin =
    artifact.packaging === 'maven-plugin' ? { 'META-INF/maven/plugin.xml': strToU8(pluginDescriptor(options)) } : {};
  return artifact.group.language === 'java'
    ? { ...packed, ...plugin, ...main }
    : { ...packed, [`${folder}/core.clj`]: source, ...main };
}

/** Begins as every class file does; the rest is noise, which no virtual machine would load. */
function classFile(random: Random, tampered: boolean): Uint8Array {
  const code = random.bytes(1500 + random.below(34_000));
  code.set([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61]);
  if (tampered) code.write('calls home to a stranger', 64, 'latin1');
  return code;
}

function manifest(artifact: PlantedArtifact, version: string): string {
  return [
    'Manifest-Version: 1.0',
    'Created-By: assay demo',
    `Implementation-Title: ${artifact.artifact}`,
    `Implementation-Version: ${version}`,
    '',
    '',
  ].join('\r\n');
}

function properties({ artifact, version }: JarOptions): string {
  return `groupId=${artifact.group.group}\nartifactId=${artifact.artifact}\nversion=${version}\n`;
}

function pluginDescriptor({ artifact, version }: JarOptions): string {
  const prefix = pluginPrefix(artifact.artifact);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<plugin><name>${artifact.artifact}</name><groupId>${artifact.group.group}</groupId><artifactId>${artifact.artifact}</artifactId><version>${version}</version><goalPrefix>${prefix}</goalPrefix><mojos/></plugin>\n`;
}

/** `quarry` of `quarry-maven-plugin`: what people type before the colon. */
export function pluginPrefix(artifact: string): string {
  return artifact.replace(/-maven-plugin$/, '');
}

function page(artifact: PlantedArtifact): string {
  return `<!DOCTYPE html>\n<html><head><title>${artifact.artifact}</title></head><body>Nothing to read here.</body></html>\n`;
}

function prose(random: Random, lines: number, prefix: string): string {
  const line = () => Array.from({ length: 8 }, () => random.pick(WORDS)).join(' ');
  return `${Array.from({ length: lines }, () => prefix + line()).join('\n')}\n`;
}
