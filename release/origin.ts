import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a release is made from, as `assay --version` tells it. */
export interface Origin {
  readonly version: string;
  /** The commit, with `+changes` when the work tree has others than those of it; null outside of git. */
  readonly commit: string | null;
  /** Epoch seconds: SOURCE_DATE_EPOCH, or the time of the commit. Not the time of the building, which would make each archive another. */
  readonly builtAt: number;
}

/** Of what goes into the archive; tests and the rest do not change it. */
const SHIPPED = ['src', 'systemd', 'ansible', 'package.json', 'package-lock.json', 'README.md', 'LICENSE'];

export function originOf(project: string): Origin {
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string };
  const commit = git(project, 'rev-parse', 'HEAD');
  const changes = git(project, 'status', '--porcelain', '--', ...SHIPPED);
  const time = process.env.SOURCE_DATE_EPOCH ?? git(project, 'log', '-1', '--format=%ct');
  if (time === null || !/^\d+$/.test(time))
    throw new Error('This is no git work tree: give SOURCE_DATE_EPOCH, in seconds.');
  return {
    version,
    commit: commit === null ? null : `${commit}${changes === '' ? '' : '+changes'}`,
    builtAt: Number(time),
  };
}

/** The files of the work tree below `paths`, without what git ignores. */
export function trackedFiles(project: string, paths: readonly string[]): string[] {
  const listed = git(project, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths);
  if (listed === null) throw new Error('A release is made from a git work tree.');
  return [...new Set(listed.split('\0').filter((file) => file !== ''))].sort();
}

function git(project: string, ...words: string[]): string | null {
  try {
    return execFileSync('git', words, {
      cwd: project,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    }).trim();
  } catch {
    // No git here, or no repository: the caller knows what to do without.
    return null;
  }
}
