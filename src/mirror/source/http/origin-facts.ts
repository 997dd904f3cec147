// What an origin over HTTP says of single files, and what its feeds name: for looking at it, not for mirroring it.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseEDNString } from 'edn-data';
import type { SourceTrouble } from '../contract.ts';
import type { FileFacts, ReadFailure } from '../reader.ts';
import { fetchFeed, linesOfGzip } from './feed/feed-file.ts';
import { namedVersion } from './feed/line.ts';
import { openSession, type WebHost, type WebOptions } from './session.ts';

export interface OriginFacts {
  readonly url: string;
  facts(path: string, signal: AbortSignal): Promise<FileFacts | ReadFailure>;
  /** Paths of the POMs that all-poms names; null: there is no such feed. */
  poms(signal: AbortSignal): Promise<ReadonlySet<string> | SourceTrouble | null>;
  /** Stems (`g/a/1.0/a-1.0`) of the versions that all-jars names. */
  jars(signal: AbortSignal): Promise<ReadonlySet<string> | SourceTrouble | null>;
}

export function originFacts(options: WebOptions, host: WebHost): OriginFacts {
  const session = openSession(options, host);
  const readFeed = async (name: string, parse: (line: string) => string[], signal: AbortSignal) => {
    const target = join(session.scratch, `look-${name}`);
    try {
      const came = await fetchFeed(session, name, null, target, signal);
      if (came.kind === 'trouble') return came;
      if (came.kind !== 'feed') return null;
      const named = new Set<string>();
      let why: string | null = null;
      for await (const line of linesOfGzip(target, (cut) => {
        why = cut;
      }))
        for (const each of parse(line)) named.add(each);
      if (why === null) return named;
      const sentence = `${session.place.at(name).href}: the feed cannot be read to its end (${why}).`;
      return { kind: 'trouble', trouble: 'protocol', sentence } as const;
    } finally {
      rmSync(target, { force: true });
    }
  };
  return {
    url: session.place.url,
    facts: (path, signal) => session.reader.facts(path, signal),
    poms: (signal) =>
      readFeed('all-poms.txt.gz', (line) => (line.endsWith('.pom') ? [line.replace(/^\.\//, '')] : []), signal),
    jars: (signal) => readFeed('all-jars.clj.gz', jarLine, signal),
  };
}

/** `[group/artifact "1.0"]`, or `[artifact "1.0"]` where the group is the artifact. */
export function jarLine(line: string): string[] {
  const pair = line.length > 4096 ? null : readVector(line);
  const [name, version] = pair ?? [];
  if (typeof name !== 'string' || typeof version !== 'string') return [];
  const at = name.indexOf('/');
  const [group, artifact] = at === -1 ? [name, name] : [name.slice(0, at), name.slice(at + 1)];
  return namedVersion(group, artifact, version).map(({ stem }) => stem);
}

function readVector(line: string): unknown[] | null {
  try {
    const value = parseEDNString(line, { symbolAs: 'string', listAs: 'array' });
    return Array.isArray(value) ? value : null;
  } catch {
    // Half a line, or something else altogether.
    return null;
  }
}
