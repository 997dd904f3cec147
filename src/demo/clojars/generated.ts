// What Clojars makes out of its own files and stores beside them: a directory page in each folder, and feeds with their sums at the root.

import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { isoTime } from '../../host/clock.ts';
import { locate } from '../../maven/layout.ts';
import type { Parcel } from '../repository/deposit.ts';
import type { TwinObject } from './objects.ts';

const NAME_WIDTH = 50;
const SIZE_WIDTH = 10;

/** All of it, made of these objects; what is generated among them does not count. */
export function generatedParcels(objects: readonly TwinObject[], now: number): Parcel[] {
  const published = objects.filter(({ key }) => !/(?:^|\/)index\.html$|^(?:all-|feed\.clj)/.test(key));
  return [...indexPages(published, now), ...feeds(published, now)];
}

function indexPages(objects: readonly TwinObject[], now: number): Parcel[] {
  const lines = new Map<string, Map<string, string>>([['', new Map()]]);
  const add = (folder: string, name: string, line: string) => {
    const own = lines.get(folder) ?? new Map<string, string>();
    lines.set(folder, own.set(name, line));
  };
  for (const { key, mtime, size } of objects) {
    const segments = key.split('/');
    for (let depth = 1; depth < segments.length; depth += 1) {
      const name = `${segments[depth - 1]}/`;
      add(segments.slice(0, depth - 1).join('/'), name, lineOf(name, '-', '-'));
    }
    const name = segments.at(-1) ?? '';
    const time = isoTime(mtime).slice(0, 16).replace('T', ' ');
    add(segments.slice(0, -1).join('/'), name, lineOf(name, time, String(size)));
  }
  return [...lines].map(([folder, own]) => ({
    path: folder === '' ? 'index.html' : `${folder}/index.html`,
    bytes: Buffer.from(
      pageOf(
        folder,
        [...own].sort().map(([, line]) => line),
      ),
    ),
    mtime: now,
  }));
}

function lineOf(name: string, time: string, size: string): string {
  const escaped = name.replaceAll('&', '&amp;');
  const blanks = (width: number, text: string) => ' '.repeat(Math.max(0, width - text.length));
  return `<a href="${escaped}" title="${escaped}">${escaped}</a>${blanks(NAME_WIDTH, name)}${time}${blanks(SIZE_WIDTH, size)}${size}\n`;
}

function pageOf(folder: string, lines: readonly string[]): string {
  const title = folder === '' ? '/' : `${folder}/`;
  const up = folder === '' ? '' : '<a href="../">../</a>\n';
  return `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Clojars Repository: ${title}</title></head><body><header><h1>${title}</h1></header><hr><main><pre id="contents">${up}${lines.join('')}</pre></main><hr></body></html>`;
}

function feeds(objects: readonly TwinObject[], now: number): Parcel[] {
  const poms = objects.map(({ key }) => key).filter((key) => key.endsWith('.pom'));
  const versions = new Map<string, Set<string>>();
  for (const pom of poms) {
    const { artifactFolder, version } = locate(pom);
    if (artifactFolder === null || version === null) continue;
    versions.set(artifactFolder, (versions.get(artifactFolder) ?? new Set()).add(version));
  }
  const allPoms = poms.map((pom) => `./${pom}\n`).join('');
  const feed = [...versions].map(([folder, own]) => `${mapOf(folder, [...own])}\n`).join('');
  const jars = [...versions]
    .flatMap(([folder, own]) => [...own].map((version) => `${jarOf(folder, version)}\n`))
    .join('');
  return [
    ...withHexSums('all-poms.txt', Buffer.from(allPoms), now),
    ...withHexSums('all-poms.txt.gz', gzipSync(allPoms), now),
    ...withHexSums('all-jars.clj', Buffer.from(jars), now),
    ...withHexSums('all-jars.clj.gz', gzipSync(jars), now),
    ...withHexSums('feed.clj.gz', gzipSync(feed), now),
  ];
}

function namesOf(folder: string): { group: string; artifact: string } {
  const at = folder.lastIndexOf('/');
  return { group: folder.slice(0, at).replaceAll('/', '.'), artifact: folder.slice(at + 1) };
}

function mapOf(folder: string, versions: readonly string[]): string {
  const { group, artifact } = namesOf(folder);
  const newestFirst = versions.toReversed().map((version) => JSON.stringify(version));
  return `{:group-id ${JSON.stringify(group)}, :artifact-id ${JSON.stringify(artifact)}, :versions [${newestFirst.join(' ')}]}`;
}

function jarOf(folder: string, version: string): string {
  const { group, artifact } = namesOf(folder);
  return `[${group === artifact ? artifact : `${group}/${artifact}`} ${JSON.stringify(version)}]`;
}

/** The feed and then its sums, as Clojars uploads them: bare hex. */
function withHexSums(path: string, bytes: Buffer, mtime: number): Parcel[] {
  const sums = ['md5', 'sha1'].map((name) => ({
    path: `${path}.${name}`,
    bytes: Buffer.from(hash(name, bytes)),
    mtime,
  }));
  return [{ path, bytes, mtime }, ...sums];
}
