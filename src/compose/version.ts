import { existsSync, readFileSync } from 'node:fs';

/** What runs here. `commit` and `builtAt` are null in a work tree: only a release knows what it was made of. */
export interface Build {
  readonly version: string;
  readonly commit: string | null;
  /** Of the commit: a release is made the same again from it, whenever that is. */
  readonly builtAt: string | null;
  readonly node: string;
  readonly openssl: string;
}

/** The version in package.json, as traces, status and `--version` tell it. */
export function ownVersion(): string {
  return textIn(new URL('../../package.json', import.meta.url), 'version') ?? 'unknown';
}

export function ownBuild(): Build {
  const release = new URL('../../release.json', import.meta.url);
  const isRelease = existsSync(release);
  return {
    version: ownVersion(),
    commit: isRelease ? textIn(release, 'commit') : null,
    builtAt: isRelease ? textIn(release, 'built_at') : null,
    node: process.versions.node,
    openssl: process.versions.openssl,
  };
}

/** For people, and for scripts: the version stands first, alone on its line. */
export function buildText(build: Build): string {
  const made =
    build.commit === null
      ? 'run from a work tree, not a release'
      : `commit ${build.commit}, built ${build.builtAt ?? 'unknown'}`;
  return `${build.version}\n${made}\nNode.js ${build.node}, OpenSSL ${build.openssl}`;
}

function textIn(file: URL, key: string): string | null {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof value !== 'object' || value === null || !(key in value)) return null;
  const text: unknown = Reflect.get(value, key);
  return typeof text === 'string' ? text : null;
}
