import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FetchOutcome, FetchRequest, SourceTrouble } from '../contract.ts';
import { type FetchPlan, fetchArguments } from './arguments.ts';
import type { Bind } from './confinement.ts';
import { makeTransferReader, type TransferReader } from './fetch-lines.ts';
import { pathPrefixes } from './list.ts';
import type { RsyncOptions } from './rsync.ts';
import { type Job, runJob, type Session } from './run.ts';
import { takeScratch } from './scratch.ts';

/** rsync's own output counts against the ceiling of a file too: some 10 million lines must fit whatever `maxFileBytes` says. */
const LEAST_FILE_CEILING = 2 * 2 ** 30;

/** Brings files into staging; the contract is `Source.fetch`. */
export async function fetchFiles(
  session: Session,
  options: RsyncOptions,
  request: FetchRequest,
  onStaged: (path: string) => void,
  signal: AbortSignal,
): Promise<FetchOutcome> {
  const wholeTree = request.folders.includes('');
  if (!wholeTree && request.folders.length + request.files.length === 0)
    return { kind: 'fetched', bytes: 0, unreadable: [] };
  using scratch = takeScratch(options.scratch);
  const namesFile = wholeTree ? null : scratch.namesFile([...request.folders, ...request.files]);
  if (request.basis === 'fresh') clearStaged(options.staging, request, wholeTree);
  const arrivals = makeArrivals(session, request, scratch.token, onStaged);
  const job: Job = {
    verb: 'fetch',
    arguments: (connection, { trustSender }) => {
      const plan = fetchPlan(session, options, request);
      return fetchArguments(connection, { ...plan, token: scratch.token, namesFile, trustSender });
    },
    binds: [{ path: options.staging, writable: true }, ...readOnly(namesFile), ...readOnly(seedOf(request))],
    outputFile: scratch.output,
    fileCeiling: Math.max(options.maxFileBytes, LEAST_FILE_CEILING),
    deadline: request.deadline,
    prefixes: pathPrefixes(session, options.staging),
    begin: arrivals.begin,
  };
  const outcome = await runJob(session, job, signal);
  return arrivals.finish(outcome.kind === 'trouble' ? outcome : { ...outcome, unreadable: outcome.unreadable ?? [] });
}

interface Arrivals {
  readonly begin: Job['begin'];
  finish(outcome: { readonly kind: 'ran'; readonly unreadable: readonly string[] } | SourceTrouble): FetchOutcome;
}

/**
 * Names each file when the next one's line has come, the last when rsync has ended well, and adds up over all tries. The last line of a try that
 * broke tells of a file that may be whole: if the next try sends it no more, it was.
 */
function makeArrivals(
  session: Session,
  request: FetchRequest,
  token: string,
  onStaged: (path: string) => void,
): Arrivals {
  let reader: TransferReader | null = null;
  const doubtful = new Set<string>();
  let held: string | null = null;
  let bytes = 0;
  let grown = 0;
  const begin: Job['begin'] = (stop) => {
    if (held !== null) doubtful.add(held);
    held = null;
    // A try that resumes names what the one before it brought: that grows nothing.
    grown = 0;
    reader = makeTransferReader(token, {
      file(path, received, size) {
        if (held !== null) onStaged(held);
        held = path;
        doubtful.delete(path);
        bytes += received;
        grown += size;
        if (grown > (request.ceilingBytes ?? Number.POSITIVE_INFINITY)) stop(outgrown(session.origin.url));
      },
    });
    return reader.take;
  };
  return {
    begin,
    finish(outcome) {
      if (outcome.kind === 'trouble') return outcome;
      for (const path of doubtful) onStaged(path);
      if (held !== null) onStaged(held);
      if (reader !== null && !reader.isWhole()) return linesLost(session.origin.url);
      return { kind: 'fetched', bytes, unreadable: outcome.unreadable };
    },
  };
}

function fetchPlan(
  session: Session,
  options: RsyncOptions,
  request: FetchRequest,
): Omit<FetchPlan, 'token' | 'namesFile' | 'trustSender'> {
  return {
    staging: options.staging,
    // Asked anew at each try: what a broken try left is resumed by the next.
    basis: request.basis === 'staging' ? (isEmpty(options.staging) ? 'whole' : 'resume') : request.basis,
    maxFileBytes: options.maxFileBytes,
    bandwidthKibPerSecond: options.bandwidthKibPerSecond(session.clock.now()),
    excludedPrefixes: options.excludedPrefixes ?? [],
  };
}

function isEmpty(folder: string): boolean {
  return readdirSync(folder).length === 0;
}

/** Nothing of an earlier try can have a part in what is fetched fresh. */
function clearStaged(staging: string, request: FetchRequest, wholeTree: boolean): void {
  const names = wholeTree ? readdirSync(staging) : [...request.folders, ...request.files];
  for (const name of names) rmSync(join(staging, name), { recursive: true, force: true });
}

function seedOf(request: FetchRequest): string | null {
  return typeof request.basis === 'object' ? request.basis.seed : null;
}

function readOnly(path: string | null): Bind[] {
  return path === null ? [] : [{ path, writable: false }];
}

function outgrown(url: string): SourceTrouble {
  const sentence = `${url}: what came outgrew the plan, and rsync was ended.`;
  return { kind: 'trouble', trouble: 'too-large', sentence };
}

function linesLost(url: string): SourceTrouble {
  const sentence = `${url}: rsync fetched more files than it wrote lines for; the disk of the scratch folder may be full.`;
  return { kind: 'trouble', trouble: 'disk-full', sentence };
}
