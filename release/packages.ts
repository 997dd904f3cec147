// The packages that run: those of the lock file that no tool for developers brought, as they lie in node_modules.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

/** Holds the runtime, which has a place of its own in the archive. */
export const RUNTIME = `node_modules/node-linux-${process.arch}`;

/** Paths of their files below the project. Throws when one of them is not installed, or in another version. */
export function packageFiles(project: string): string[] {
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(lock.packages)
    .filter(
      ([folder, { dev, devOptional }]) =>
        folder !== '' && dev !== true && devOptional !== true && !/\/node-linux-\w+$/.test(folder),
    )
    .flatMap(([folder, { version }]) => {
      assertInstalled(project, folder, version);
      return filesBelow(project, folder).filter(isNeeded);
    })
    .sort();
}

function assertInstalled(project: string, folder: string, version: string): void {
  const file = join(project, folder, 'package.json');
  const found = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'nothing';
  if (found !== version) throw new Error(`${folder} should be ${version} and is ${found}: npm install`);
}

/** Packages within a package are listed by the lock file themselves. */
function filesBelow(project: string, folder: string): string[] {
  return readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(project, path);
    return entry.isFile() ? [relative(project, join(project, path))] : [];
  });
}

/** Not what only compilers and debuggers read, nor binaries for other machines and what they are made of. */
function isNeeded(path: string): boolean {
  if (/\.(map|d\.[cm]?ts|tsbuildinfo)$/.test(path)) return false;
  if (/^node_modules\/better-sqlite3\/(deps|src)\//.test(path)) return false;
  return !/\/prebuilds\//.test(path) || path.endsWith(`/prebuilds/linux-${process.arch}.node`);
}
