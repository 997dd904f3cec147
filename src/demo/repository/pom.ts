// POMs as build tools write them. Names and versions here are letters, digits, dots, dashes and plus signs: nothing needs escaping.

import { type PlantedArtifact, versionAt } from './catalogue.ts';

/** The POM of one version; `at` says which versions of its dependencies there were then. */
export function pomText(artifact: PlantedArtifact, version: string, at: number): string {
  const { group, language } = artifact.group;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<project xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd">',
    '  <modelVersion>4.0.0</modelVersion>',
    ...parentLines(artifact, at),
    `  <groupId>${group}</groupId>`,
    `  <artifactId>${artifact.artifact}</artifactId>`,
    `  <version>${version}</version>`,
    `  <packaging>${artifact.packaging}</packaging>`,
    `  <name>${artifact.artifact}</name>`,
    `  <description>${describe(artifact.artifact, language)}</description>`,
    `  <url>https://${artifact.artifact.toLowerCase()}.example.org/</url>`,
    '  <licenses>',
    '    <license><name>Apache-2.0</name><url>https://www.apache.org/licenses/LICENSE-2.0</url></license>',
    '  </licenses>',
    '  <scm>',
    `    <url>https://git.example.org/${group}/${artifact.artifact}</url>`,
    `    <tag>v${version}</tag>`,
    '  </scm>',
    ...dependencyLines(artifact, at),
    '</project>',
  ].join('\n')}\n`;
}

function describe(name: string, language: 'clojure' | 'java'): string {
  return `${name.replaceAll(/[-.]/g, ' ')}, a ${language === 'clojure' ? 'Clojure' : 'Java'} library that the demo made up`;
}

function parentLines(artifact: PlantedArtifact, at: number): string[] {
  if (artifact.parent === null) return [];
  return [
    '  <parent>',
    `    <groupId>${artifact.parent.group.group}</groupId>`,
    `    <artifactId>${artifact.parent.artifact}</artifactId>`,
    `    <version>${versionAt(artifact.parent, at)}</version>`,
    '  </parent>',
  ];
}

/** A bill of materials manages versions; everything else depends. */
function dependencyLines(artifact: PlantedArtifact, at: number): string[] {
  if (artifact.dependencies.length === 0) return [];
  const lines = [
    '<dependencies>',
    ...artifact.dependencies.flatMap((other) => [
      '  <dependency>',
      `    <groupId>${other.group.group}</groupId>`,
      `    <artifactId>${other.artifact}</artifactId>`,
      `    <version>${versionAt(other, at)}</version>`,
      '  </dependency>',
    ]),
    '</dependencies>',
  ];
  const managed = artifact.artifact.endsWith('-bom');
  const whole = managed
    ? ['<dependencyManagement>', ...lines.map((line) => `  ${line}`), '</dependencyManagement>']
    : lines;
  return whole.map((line) => `  ${line}`);
}
