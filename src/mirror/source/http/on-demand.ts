// An origin that is asked for single files when somebody wants them.

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { SECOND } from '../../../host/clock.ts';
import type { ListedFile, SourceTrouble } from '../contract.ts';
import { fetchFiles } from '../fetch-files.ts';
import { openSession, type WebHost, type WebOptions } from './session.ts';

export interface OnDemand {
  /** For people. */
  readonly url: string;
  /** Brings those of `paths` that are there into `folder`, under their own paths and with the origin's times; the folder is the caller's. */
  bring(paths: readonly string[], folder: string, signal: AbortSignal): Promise<Brought>;
}

export type Brought =
  | {
      readonly kind: 'brought';
      readonly files: readonly ListedFile[];
      /** There, and not to be had. */
      readonly unreadable: readonly string[];
    }
  | SourceTrouble;

/** How long one wish may take altogether. */
const WISH_MS = 600 * SECOND;

export function onDemandOrigin(options: WebOptions, host: WebHost): OnDemand {
  const session = openSession(options, host);
  return {
    url: session.place.url,
    async bring(paths, folder, signal) {
      const names: string[] = [];
      const request = { folders: [], files: paths, basis: 'fresh', deadline: session.clock.now() + WISH_MS } as const;
      const place = { ...session, staging: folder };
      const { reader, place: web } = session;
      const outcome = await fetchFiles(reader, place, web.url, request, (path) => names.push(path), signal);
      if (outcome.kind === 'trouble') return outcome;
      return { kind: 'brought', files: names.map((path) => describe(folder, path)), unreadable: outcome.unreadable };
    },
  };
}

function describe(folder: string, path: string): ListedFile {
  const { size, mtimeMs } = lstatSync(join(folder, path));
  return { path, size, mtime: Math.floor(mtimeMs / SECOND) * SECOND };
}
