// What must hold of a mirror's tree at any moment, looked at from outside: by what it serves, or by what lies on its disk for another server.

import { createHash } from 'node:crypto';
import { parseChecksumFile } from '../../src/maven/checksum-file.ts';
import { baseOf, sumAlgorithmOf } from '../../src/maven/kind.ts';
import { locate } from '../../src/maven/layout.ts';
import { parseMetadata } from '../../src/maven/metadata.ts';

/** Bytes by repository path. */
export type Tree = ReadonlyMap<string, Buffer>;

export interface World {
  /** What was published before the pass, and what is published after one that nobody disturbs. */
  readonly before: Tree;
  readonly after: Tree;
  /** What the origin shows now. */
  readonly origin: Tree;
}

export interface View {
  readonly files: Tree;
  /** Paths whose replacement may be half done: only of mutable ones, only between a kill and the next start. */
  readonly isInFlux: (path: string) => boolean;
}

/** Every breach of a law, in words; none when all is well. */
export function breachesOf(view: View, world: World): string[] {
  return [
    ...strangeBytes(view, world),
    ...wrongSums(view),
    ...metadataAhead(view.files, world),
    ...versionsInPart(view, world),
  ];
}

/** Every file is the old one or the new one; nothing that was refused, nothing torn. */
function strangeBytes({ files }: View, { before, after }: World): string[] {
  return [...files].flatMap(([path, bytes]) => {
    const allowed = [before.get(path), after.get(path)];
    return allowed.some((each) => each?.equals(bytes)) ? [] : [`${path}: neither its old bytes nor its new ones`];
  });
}

function wrongSums({ files, isInFlux }: View): string[] {
  return [...files].flatMap(([path, bytes]) => {
    const algorithm = sumAlgorithmOf(path);
    const summed = files.get(baseOf(path));
    if (algorithm === null || summed === undefined || isInFlux(path)) return [];
    const sum = parseChecksumFile(bytes.toString(), algorithm);
    const isRight = sum.kind === 'digest' && sum.hex === hexOf(summed, algorithm);
    return isRight ? [] : [`${path}: does not match the file beside it`];
  });
}

/** Whoever reads metadata may ask for what it names; what the origin has of it must be here too. */
function metadataAhead(files: Tree, { origin }: World): string[] {
  return [...files].flatMap(([path, bytes]) => {
    if (!path.endsWith('/maven-metadata.xml')) return [];
    const metadata = parseMetadata(bytes);
    if (metadata.kind !== 'metadata') return [`${path}: is no metadata`];
    const folder = path.slice(0, path.lastIndexOf('/'));
    const prefixes = [
      ...metadata.versions.map((version) => `${folder}/${version}/`),
      ...metadata.snapshotVersions.map(({ value }) => `${folder}/${metadata.artifactId}-${value}`),
    ];
    const lacking = [...origin.keys()].filter(
      (name) => isNeeded(name) && !files.has(name) && prefixes.some((prefix) => name.startsWith(prefix)),
    );
    return lacking.map((name) => `${path}: names ${name}, which the origin has and we have not`);
  });
}

/** A POM or a main file: without them a version is none. */
function isNeeded(path: string): boolean {
  const place = locate(path);
  return place.kind === 'pom' || place.isMain;
}

/** No version without its POM or its main file: a jar whose POM is missing builds, with its dependencies silently gone. */
function versionsInPart({ files, isInFlux }: View, { before, after }: World): string[] {
  const faults: string[] = [];
  for (const path of files.keys()) {
    const place = locate(path);
    if (place.unitKind !== 'version' || isInFlux(path)) continue;
    const stem = buildOf(path, place.unit);
    const whole = [before, after].map((tree) => needed(tree, stem)).filter((names) => names.length > 0);
    if (whole.length > 0 && !whole.some((names) => names.every((name) => files.has(name))))
      faults.push(`${path}: its version is here in part`);
  }
  return faults;
}

const memory = new WeakMap<Tree, Map<string, string[]>>();

function needed(tree: Tree, stem: string): readonly string[] {
  let index = memory.get(tree);
  if (index === undefined) {
    index = new Map();
    for (const name of tree.keys()) {
      if (!isNeeded(name)) continue;
      const build = buildOf(name, locate(name).unit);
      index.set(build, [...(index.get(build) ?? []), name]);
    }
    memory.set(tree, index);
  }
  return index.get(stem) ?? [];
}

/** The version folder; of a timestamped SNAPSHOT the one build that the file belongs to. */
function buildOf(path: string, unit: string): string {
  const build = /-(\d{8}\.\d{6}-\d+)/.exec(path.slice(unit.length));
  return build === null ? unit : `${unit} ${build[1]}`;
}

export function hexOf(bytes: Buffer, algorithm: string): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
