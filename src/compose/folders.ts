import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, systemCode } from '../host/error.ts';

/** What lies in the data directory (DESIGN 5.2). */
export interface Folders {
  readonly data: string;
  readonly published: string;
  readonly staging: string;
  /** Fetched and proven, on its way into the published tree; the source's child does not see it. */
  readonly settling: string;
  readonly quarantine: string;
  /** Signatures of releases that others have replaced, for people. Made when there is the first one. */
  readonly former: string;
  /** Listings and lists of names of a running pass. */
  readonly scratch: string;
  /** What was fetched for those who asked for it, before it is taken in. */
  readonly pulling: string;
  readonly state: string;
  readonly lock: string;
  readonly daemonLock: string;
  /** Held by the one scrub that may run. */
  readonly scrubLock: string;
  /** Files of the published tree that nobody published, below a folder for each time that some were moved. */
  readonly foreign: string;
  /** Held while logs are counted. */
  readonly statsLock: string;
  /** Held by the one round that may run. */
  readonly crawlLock: string;
  /** Append-only: known digests and takedowns, which a rebuild of state.db reads. */
  readonly ledger: string;
  /** Web root of the ACME client, where the configuration names no other. Nobody makes it but that client. */
  readonly acme: string;
}

export function foldersOf(data: string): Folders {
  return {
    data,
    published: join(data, 'published'),
    staging: join(data, 'staging'),
    settling: join(data, 'settling'),
    quarantine: join(data, 'quarantine'),
    former: join(data, 'former'),
    scratch: join(data, 'scratch'),
    pulling: join(data, 'pulling'),
    state: join(data, 'state.db'),
    lock: join(data, 'lock'),
    daemonLock: join(data, 'daemon.lock'),
    scrubLock: join(data, 'scrub.lock'),
    foreign: join(data, 'quarantine', 'foreign'),
    statsLock: join(data, 'stats.lock'),
    crawlLock: join(data, 'crawl.lock'),
    ledger: join(data, 'ledger.jsonl'),
    acme: join(data, 'acme'),
  };
}

/** Makes what is missing. Throws `data-unusable` when it cannot be written, `data-split` when published, staging and quarantine lie apart. */
export function prepareFolders(folders: Folders): void {
  const made = [
    folders.data,
    folders.published,
    folders.staging,
    folders.settling,
    folders.quarantine,
    folders.scratch,
  ];
  for (const folder of made) makeFolder(folder);
  const devices = new Set(
    [folders.published, folders.staging, folders.settling, folders.quarantine].map((folder) => statSync(folder).dev),
  );
  if (devices.size === 1) return;
  throw new CodedError(
    'data-split',
    `published, staging, settling and quarantine below ${folders.data} are not on one file system.`,
    {
      path: folders.data,
      remedy: 'Files are published by renaming them: put the four folders on the same file system.',
    },
  );
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new CodedError('data-unusable', `Could not make ${folder} (${systemCode(cause) ?? 'unknown'}).`, {
      cause,
      path: folder,
      remedy: 'The data directory must exist, or be makeable, and belong to the user that runs assay.',
    });
  }
}
