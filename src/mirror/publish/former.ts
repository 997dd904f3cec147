import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** An origin that writes a signature anew in every pass fills no disk. */
const MOST_OF_ONE_PATH = 8;

/**
 * Keeps a copy of published bytes that others are about to replace, as `former/PATH/SHA256`. Of one path the newest eight stay. May be done again
 * after a kill; nothing reads these files but people.
 */
export function keepFormerFile(file: string, former: string, path: string, sha256: string): void {
  const folder = join(former, path);
  mkdirSync(folder, { recursive: true });
  copyFileSync(file, join(folder, '.new'));
  renameSync(join(folder, '.new'), join(folder, sha256));
  const names = readdirSync(folder).map((name) => ({ name, at: statSync(join(folder, name)).ctimeMs }));
  const oldest = names.toSorted((a, b) => b.at - a.at).slice(MOST_OF_ONE_PATH);
  for (const { name } of oldest) rmSync(join(folder, name), { force: true });
}
