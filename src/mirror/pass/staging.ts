import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HeldBack } from './held.ts';

/** Removes everything from staging but what is deferred: that waits there, and the next pass need not fetch it again. */
export function sweepStaging(staging: string, held: HeldBack): void {
  const waiting = new Set(
    held
      .list()
      .filter((each) => each.kind === 'deferred')
      .map((each) => each.path),
  );
  if (waiting.size === 0) {
    for (const name of readdirSync(staging)) rmSync(join(staging, name), { recursive: true, force: true });
    return;
  }
  sweep(staging, '', waiting);
}

/** Returns whether the folder is empty now. Names are read as bytes: a stranger may have left what is no UTF-8. */
function sweep(staging: string, folder: string, waiting: ReadonlySet<string>): boolean {
  let isEmpty = true;
  for (const entry of readdirSync(join(staging, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (sweep(staging, path, waiting)) rmdirSync(join(staging, path));
      else isEmpty = false;
    } else if (waiting.has(path)) isEmpty = false;
    else rmSync(join(staging, path), { force: true });
  }
  return isEmpty;
}
