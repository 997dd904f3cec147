// Artifacts by a part of their name. Each artifact has a `maven-metadata.xml` beside its versions, and those have an index of their own: a look
// through it costs a few milliseconds where a look through all rows would cost seconds. What has no such file is found by its folder alone.

import { locate } from '../../maven/layout.ts';
import type { StateDatabase } from '../../state/open.ts';
import { bounds } from './range.ts';

export interface Search {
  /**
   * At most `count` folders of artifacts (`org/example/tool`) whose path has every word in it, without regard to case: first those that are called
   * as the first word, then those of which a folder begins with it. No words: none.
   */
  artifactsNamed(words: readonly string[], count: number): string[];
  /** The same of what lies at a path that begins with `prefix`, in path order. */
  artifactsUnder(prefix: string, count: number): string[];
  /** At most `count` published paths that begin with `prefix`, in order. */
  pathsUnder(prefix: string, count: number): string[];
  /** At most `count` versions of the artifact in `folder` of which a file is published, in path order: one step into the index for each. */
  versionsOf(folder: string, count: number): string[];
}

const METADATA = '/maven-metadata.xml';
const SNAPSHOT = `-SNAPSHOT${METADATA}`;
const MOST_WORDS = 8;
/** A folder of SNAPSHOT builds has such a file as well, and so has a group of plugins: more is read than is asked for. */
const SPARE = 4;

export function openSearch(database: StateDatabase): Search {
  const isNoBuild = `substr(path, -${SNAPSHOT.length}) <> '${SNAPSHOT}'`;
  const named = (words: number) =>
    database
      .prepare<unknown[], string>(
        `SELECT path FROM inventory_row WHERE kind = 'metadata' ${"AND path LIKE ? ESCAPE '\\'".repeat(words)} AND ${isNoBuild}
         ORDER BY path LIKE @whole ESCAPE '\\' DESC, path LIKE @begin ESCAPE '\\' DESC, length(path), path LIMIT @count`,
      )
      .pluck();
  const under = database
    .prepare<[string, string, number], string>(
      `SELECT path FROM inventory_row WHERE kind = 'metadata' AND path >= ? AND path < ? AND ${isNoBuild} ORDER BY path LIMIT ?`,
    )
    .pluck();
  const paths = database
    .prepare<[string, string, number], string>(
      'SELECT path FROM inventory_row WHERE path >= ? AND path < ? ORDER BY path LIMIT ?',
    )
    .pluck();
  const next = database
    .prepare<[string, string], string>(
      'SELECT path FROM inventory_row WHERE path >= ? AND path < ? ORDER BY path LIMIT 1',
    )
    .pluck();
  const isArtifact = artifactTest((from, end) => next.get(from, end));
  const foldersOf = (found: readonly string[], count: number) =>
    found
      .map((path) => path.slice(0, -METADATA.length))
      .filter(isArtifact)
      .slice(0, count);
  return {
    artifactsNamed(words, count) {
      const [first] = words;
      if (first === undefined) return [];
      const [whole, begin] = [`%/${escaped(first)}${METADATA}`, `%/${escaped(first)}%${METADATA}`];
      const like = words.slice(0, MOST_WORDS).map((word) => `%${escaped(word)}%`);
      return foldersOf(named(like.length).all(...like, { whole, begin, count: count * SPARE }), count);
    },
    artifactsUnder: (prefix, count) => foldersOf(under.all(prefix, endOf(prefix), count * SPARE), count),
    pathsUnder: (prefix, count) => paths.all(prefix, endOf(prefix), count),
    versionsOf(folder, count) {
      const versions: string[] = [];
      const [first, end] = bounds(folder);
      for (let path = next.get(first, end); path !== undefined && versions.length < count; ) {
        const { artifactFolder, version } = locate(path);
        if (artifactFolder === folder && version !== null) versions.push(version);
        const slash = path.indexOf('/', first.length);
        path = next.get(slash === -1 ? `${path}\u0000` : bounds(path.slice(0, slash))[1], end);
      }
      return versions;
    },
  };
}

/** A group has such a file too, when it has plugins: an artifact is what has a folder of a version below it. */
function artifactTest(next: (from: string, end: string) => string | undefined): (folder: string) => boolean {
  return (folder) => {
    // Versions begin with a digit mostly: what lies beside them, and before them in order, is stepped over once.
    const [, end] = bounds(folder);
    const firsts = [next(`${folder}/`, end), next(`${folder}${METADATA}0`, end)];
    return firsts.some((path) => path !== undefined && isOfVersion(path, folder));
  };
}

function isOfVersion(path: string, folder: string): boolean {
  const { artifactFolder, version } = locate(path);
  return artifactFolder === folder && version !== null;
}

/** Behind every path that begins with it. */
function endOf(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

function escaped(word: string): string {
  return word.replace(/[\\%_]/g, (character) => `\\${character}`);
}
