import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import type { HeldBack } from './held.ts';

/**
 * Removes every file from staging but what is deferred: that waits there, and the next pass need not fetch it again. Folders that are empty go
 * too, unless `keepsFolders`: after a first pass there are tens of thousands, which the next quiet pass has time for.
 */
export function sweepStaging(staging: string, held: HeldBack, keepsFolders: boolean): void {
  const waiting = new Set(
    held
      .list()
      .filter((each) => each.kind === 'deferred')
      .map((each) => each.path),
  );
  sweep(Buffer.from(staging), '', { waiting, keepsFolders });
}

interface Keeping {
  readonly waiting: ReadonlySet<string>;
  readonly keepsFolders: boolean;
}

/** Returns whether the folder is empty now. Names are read as bytes: a stranger may have left what is no UTF-8. */
function sweep(folder: Buffer, path: string, keeping: Keeping): boolean {
  let isEmpty = true;
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const place = below(folder, entry.name);
    const own = path === '' ? entry.name.toString() : `${path}/${entry.name.toString()}`;
    if (entry.isDirectory()) {
      const isBare = sweep(place, own, keeping);
      if (isBare && !keeping.keepsFolders) rmdirSync(place);
      else isEmpty = false;
    } else if (keeping.waiting.has(own)) isEmpty = false;
    else rmSync(place, { force: true });
  }
  return isEmpty;
}

function below(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from('/'), name]);
}
