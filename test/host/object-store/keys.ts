import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';

/** A file with access keys of nobody. */
export function writeKeys(t: TestContext): string {
  const path = join(temporaryFolder(t), 'keys');
  writeFileSync(path, 'aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n');
  return path;
}
