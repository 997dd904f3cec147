import { readdirSync, rmdirSync, rmSync } from 'node:fs';
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
    for (const name of readdirSync(staging, { encoding: 'buffer' })) {
      rmSync(below(Buffer.from(staging), name), { recursive: true, force: true });
    }
    return;
  }
  sweep(Buffer.from(staging), '', waiting);
}

/** Returns whether the folder is empty now. Names are read as bytes: a stranger may have left what is no UTF-8. */
function sweep(folder: Buffer, path: string, waiting: ReadonlySet<string>): boolean {
  let isEmpty = true;
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const place = below(folder, entry.name);
    const own = path === '' ? entry.name.toString() : `${path}/${entry.name.toString()}`;
    if (entry.isDirectory()) {
      if (sweep(place, own, waiting)) rmdirSync(place);
      else isEmpty = false;
    } else if (waiting.has(own)) isEmpty = false;
    else rmSync(place, { force: true });
  }
  return isEmpty;
}

function below(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from('/'), name]);
}
