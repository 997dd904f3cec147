// `assay check`: the files and options of a command line, and what is to be said of an inventory besides its rows.

import { statSync } from 'node:fs';
import {
  type Checked,
  checkFolder,
  type InventoryRead,
  readNamed,
  type Standing,
  sendEvidence,
  unreadable,
} from '../client/check.ts';
import type { CheckResult } from '../config/shape/client.ts';
import type { Problem } from '../config/shape/envelope.ts';
import type { Clock } from '../host/clock.ts';
import { openOutgoing } from './outgoing.ts';
import type { Done, Outcome } from './verbs.ts';

export interface CheckRequest {
  readonly folder: string;
  readonly repositories: readonly string[];
  /** URLs, the primary first. */
  readonly against: readonly string[];
  readonly keys: readonly string[];
  /** PEM file, or null. */
  readonly caFile: string | null;
  readonly byPath: boolean;
  /** File with the token that sends what differs to the primary; null: nothing is sent. */
  readonly tokenFile: string | null;
}

export interface CheckVerbs {
  /** Throws `file-unreadable` where the folder, or a file that is named, cannot be read. */
  check(request: CheckRequest, signal: AbortSignal): Promise<Done<CheckResult>>;
}

export function checkVerbs(clock: Clock, onProgress: (line: string) => void): CheckVerbs {
  return { check: (request, signal) => check(request, clock, onProgress, signal) };
}

async function check(
  request: CheckRequest,
  clock: Clock,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<Done<CheckResult>> {
  const ca = request.caFile === null ? null : readNamed(request.caFile);
  const token = request.tokenFile === null ? null : readNamed(request.tokenFile).trim();
  if (!statSync(request.folder, { throwIfNoEntry: false })?.isDirectory())
    throw unreadable(request.folder, 'is no folder');
  await using http = openOutgoing({ contact: null }, clock);
  const checked = await checkFolder({ ...request, ca }, { http, onProgress }, signal);
  const problems = checked.inventories.flatMap(({ url, read }) => inventoryProblems(url, read, request.keys));
  const isRead = checked.inventories.every(({ read }) => read.kind === 'read');
  const outcomes: Outcome[] = isRead ? [] : ['could-not'];
  const differing = checked.others.filter(({ standing }) => standing === 'differs');
  if (differing.length > 0) outcomes.push('trouble');
  let reported = false;
  const [primary] = request.against;
  if (token !== null && primary !== undefined && differing.length > 0) {
    const refused = await sendEvidence(differing, { primary, token, ca }, { http, now: clock.now() }, signal);
    reported = refused === null;
    if (refused !== null) {
      problems.push(notReported(primary, refused));
      outcomes.push('could-not');
    }
  }
  return { result: { ...checkResult(request, checked), reported }, problems, outcomes };
}

function checkResult(
  request: CheckRequest,
  { files, same, others, elsewhere, inventories }: Checked,
): Omit<CheckResult, 'reported'> {
  const of = (standing: Standing) =>
    others
      .filter((each) => each.standing === standing)
      .map(({ path, repository, sha256, claims }) => ({ path, repository, sha256, claims: [...claims] }));
  return {
    folder: request.folder,
    repositories: [...request.repositories],
    by_path: request.byPath,
    files,
    same,
    differs: of('differs'),
    unknown: of('unknown'),
    only_one: of('only-one'),
    elsewhere: Object.fromEntries(elsewhere),
    against: inventories.map(({ url, read }) => ({
      url,
      name: read.kind === 'read' ? read.name : null,
      lineage: read.kind === 'read' ? read.lineage : null,
      generation: read.kind === 'read' ? read.generation : null,
      rows: read.kind === 'read' ? read.rows : 0,
      public_key: read.kind === 'read' ? read.publicKey : null,
      pinned: read.kind === 'read' && read.publicKey !== null && request.keys.includes(read.publicKey),
    })),
  };
}

function inventoryProblems(url: string, read: InventoryRead, keys: readonly string[]): Problem[] {
  if (read.kind === 'unread') {
    const sentence = `The inventory of ${url} could not be read: ${read.why}.`;
    return [
      {
        code: 'inventory-unread',
        sentence,
        remedy: 'It says nothing of any file here. Try again, or leave it out.',
        path: url,
      },
    ];
  }
  if (read.publicKey === null) {
    const sentence = `${url} signs its inventory with no key: whoever is between could have written it.`;
    return [
      { code: 'inventory-unsigned', sentence, remedy: 'Its operator makes the key with `assay enroll`.', path: url },
    ];
  }
  if (keys.length > 0) return [];
  const sentence = `${url} signs with ${read.publicKey}, and nobody said whether that is its key.`;
  return [{ code: 'inventory-unpinned', sentence, remedy: 'Once you know that it is, say so with --key.', path: url }];
}

function notReported(primary: string, why: string): Problem {
  const sentence = `The evidence is not with ${primary}: ${why}.`;
  const remedy = 'Its maintainers make the token: `assay token add NAME --scope evidence`.';
  return { code: 'evidence-refused', sentence, remedy, path: primary };
}
