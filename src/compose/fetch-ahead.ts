// A pass over an origin that is asked on demand: it only looks whether what is held has changed there. The asking takes minutes and needs no
// lock; clients who miss something meanwhile are not to wait for it. What has changed is taken in as a pass of its own.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { type Arrival, arrivedSource } from '../mirror/pass/pass.ts';
import type { ListedFile, ListingOutcome, Source } from '../mirror/source/contract.ts';
import { httpSource, onDemandOrigin } from '../mirror/source/http/http.ts';
import { asArrivalOrigin } from './arrival-origin.ts';
import { foldersOf } from './folders.ts';
import type { PassHost } from './pass-job.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { clientFor, webOptions } from './source-of.ts';

type SourceConfig = Config['source'][number];

/** A source for one pass, with everything in it that has changed. The caller disposes of it. */
export async function fetchAhead(
  config: Config,
  source: SourceConfig,
  host: PassHost,
  signal: AbortSignal,
): Promise<Source> {
  const folders = foldersOf(config.data);
  const folder = join(folders.pulling, 'pass');
  rmSync(folder, { recursive: true, force: true });
  using rooms = openRooms(folders, Number.POSITIVE_INFINITY);
  mkdirSync(folder, { recursive: true });
  await using http = clientFor(config, source, host);
  const web = webOptions(config, source, rooms);
  const webHost = { ...host, http, logger: host.logger.child({ room: 'source' }) };
  await using lister = httpSource(web, webHost);
  const changed: ListedFile[] = [];
  const sink = {
    file: (file: ListedFile) => void (isChanged(file, rooms) && changed.push(file)),
    odd: () => undefined,
  };
  const outcome = await lister.list({ since: null, due: dueFiles(rooms, host.clock.now()) }, sink, signal);
  const origin = onDemandOrigin(web, webHost);
  const brought =
    outcome.kind === 'trouble'
      ? outcome
      : await origin.bring(
          changed.map(({ path }) => path),
          folder,
          signal,
        );
  const arrivals =
    brought.kind === 'brought'
      ? brought.files.map((file): Arrival => ({ ...file, place: join(folder, file.path) }))
      : [];
  const listed: ListingOutcome = brought.kind === 'brought' ? outcome : brought;
  const arrived = arrivedSource(arrivals, folders.staging, asArrivalOrigin(origin), listed);
  return { ...arrived, [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }) };
}

function isChanged({ path, size, mtime, md5 }: ListedFile, { inventory }: Rooms): boolean {
  const row = inventory.row(path);
  if (row === null || row.size !== size) return true;
  return md5 === undefined || row.md5 === null ? row.originMtime !== mtime : row.md5.toString('hex') !== md5;
}

/** Metadata that waits here. Versions that wait are fetched when they are asked for. */
function dueFiles({ held }: Rooms, now: number) {
  return held
    .list()
    .filter(({ retryAt, unit, path }) => retryAt <= now && unit === path)
    .map(({ unit }) => ({ unit, unitKind: 'metadata' as const }));
}
