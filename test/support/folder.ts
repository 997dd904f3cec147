import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * A new empty folder, removed with all that is in it when the test has ended. Hooks run in the order in which they were asked for: what a server
 * writes while a later hook stops it goes when the file of the test ends.
 */
export function temporaryFolder(t: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'assay-test-'));
  folders.add(folder);
  t.after(() => remove(folder));
  return folder;
}

const folders = new Set<string>();
process.once('exit', () => {
  for (const folder of folders) remove(folder);
});

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
