// `assay check`: what a build tool was given here, compared with what the primary and other mirrors publish. It is the first answer to a mirror that
// lies to chosen addresses alone, for it looks at what this machine got.

import { join } from 'node:path';
import type { HttpClient } from '../host/http.ts';
import { type InventoryRead, readPaths, readWhole } from './check/inventory.ts';
import { type Claim, type Standing, standingOf } from './check/judge.ts';
import { digestOf, localFiles } from './check/local.ts';
import { patternOf, readWish } from './settings/wish.ts';

export { type EvidenceBody, evidenceShape, sendEvidence } from './check/evidence.ts';
export type { InventoryRead } from './check/inventory.ts';
export type { Claim, Standing } from './check/judge.ts';
export { readNamed, unreadable } from './named-file.ts';

export interface CheckOptions {
  /** A local Maven repository. */
  readonly folder: string;
  /** As `--repository` of client-config: only what came from these is looked at. */
  readonly repositories: readonly string[];
  /** URLs of installations, the primary first. */
  readonly against: readonly string[];
  readonly keys: readonly string[];
  readonly ca: string | null;
  /** Asks for each path by its name, and so tells what is built here. */
  readonly byPath: boolean;
}

export interface CheckHost {
  readonly http: HttpClient;
  /** A line for people about what happens now. */
  readonly onProgress: (line: string) => void;
}

export interface CheckedFile {
  readonly path: string;
  readonly repository: string;
  readonly sha256: string;
  readonly standing: Standing;
  readonly claims: readonly Claim[];
}

export interface Checked {
  /** How many there are of each. */
  readonly files: number;
  readonly same: number;
  /** All but those that are the same. */
  readonly others: readonly CheckedFile[];
  /** Files that came from elsewhere, by repository; under no name what was installed on this machine. Not looked at. */
  readonly elsewhere: ReadonlyMap<string, number>;
  readonly inventories: readonly { readonly url: string; readonly read: InventoryRead }[];
}

/** An inventory that could not be read says nothing of any file. Throws the system's error where the folder cannot be read. */
export async function checkFolder(options: CheckOptions, host: CheckHost, signal: AbortSignal): Promise<Checked> {
  const { files, elsewhere } = await hashLocal(options, host, signal);
  const inventories: { url: string; read: InventoryRead }[] = [];
  for (const url of options.against) {
    const said = new Map<string, string | null>();
    const onRow = (path: string, sha256: string | null) => {
      if (files.has(path)) said.set(path, sha256);
    };
    const asking = {
      http: host.http,
      onRows: (rows: number, of: number) => host.onProgress(`${url}: ${rows} of ${of}`),
    };
    const inventory = { url, keys: options.keys, ca: options.ca };
    const read = options.byPath
      ? await readPaths(inventory, [...files.keys()], onRow, asking, signal)
      : await readWhole(inventory, onRow, asking, signal);
    inventories.push({ url, read });
    if (read.kind === 'unread') continue;
    for (const [path, file] of files) file.claims.push({ against: url, sha256: said.get(path) ?? null });
  }
  const judged = [...files].map(([path, file]) => ({ path, ...file, standing: standingOf(file.sha256, file.claims) }));
  const others = judged.filter(({ standing }) => standing !== 'same');
  return { files: judged.length, same: judged.length - others.length, others, elsewhere, inventories };
}

interface Hashed {
  readonly repository: string;
  readonly sha256: string;
  readonly claims: Claim[];
}

async function hashLocal(
  options: CheckOptions,
  host: CheckHost,
  signal: AbortSignal,
): Promise<{ files: Map<string, Hashed>; elsewhere: Map<string, number> }> {
  const isChosen = chosenBy(options.repositories);
  const files = new Map<string, Hashed>();
  const elsewhere = new Map<string, number>();
  for (const { path, repository } of localFiles(options.folder)) {
    signal.throwIfAborted();
    if (!isChosen(repository)) {
      elsewhere.set(repository, (elsewhere.get(repository) ?? 0) + 1);
      continue;
    }
    const sha256 = await digestOf(join(options.folder, path), signal);
    if (sha256 === null) continue;
    files.set(path, { repository, sha256, claims: [] });
    if (files.size % 100 === 0) host.onProgress(`${files.size} files read`);
  }
  return { files, elsewhere };
}

/** Whether files of a repository are meant: it has one of the names, or one that client-config gives to those that are asked next. */
function chosenBy(repositories: readonly string[]): (id: string) => boolean {
  const read = readWish({ mirrors: ['https://localhost/'], repositories, mode: 'outage', certificateFile: null });
  if (read.kind === 'fault') throw new Error(read.sentence);
  const names = read.wish.repositories.map((repository) => patternOf({ ...repository, address: null }));
  const pattern = new RegExp(`^(?:${names.join('|')})(?:-\\d+|-origin)?$`);
  return (id) => pattern.test(id);
}
