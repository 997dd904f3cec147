import type { ListingOutcome, ListingRequest, ListingSink } from '../contract.ts';
import { listingArguments } from './arguments.ts';
import { tellLinks } from './linked.ts';
import {
  type ListingPrinter,
  type ListingReader,
  makeListingPrinter,
  makeListingReader,
  OUTPUT_CEILING,
} from './listing.ts';
import type { RsyncOptions } from './rsync.ts';
import { type Job, RUN_CEILING_MS, runJob, type Session } from './run.ts';
import { type Scratch, takeScratch } from './scratch.ts';
import { readLines } from './tail.ts';

/** Lists the whole origin, whatever is asked for: rsync knows no news. The contract is `Source.list`. */
export async function listTree(
  session: Session,
  options: RsyncOptions,
  request: ListingRequest,
  sink: ListingSink,
  signal: AbortSignal,
): Promise<ListingOutcome> {
  const { known } = request;
  using scratch = takeScratch(options.scratch);
  const live = sink.restart !== undefined;
  let reader: ListingReader | null = null;
  let printer: ListingPrinter | null = null;
  const job = listingJob(session, options, scratch, (stop) => {
    if (reader !== null) sink.restart?.();
    reader = makeListingReader(sink, scratch.token, stop);
    printer = known === undefined ? null : makeListingPrinter(scratch.token, stop);
    return printer?.take ?? (live ? reader.take : null);
  });
  const outcome = await runJob(session, job, signal);
  if (outcome.kind === 'trouble' || reader === null) return outcome.kind === 'trouble' ? outcome : lost(session);
  if (outcome.unreadable === null && isSameAs(known, printer))
    return { kind: 'complete', fingerprint: known ?? '', isKnown: true };
  const { take, links, fingerprint, isWhole } = reader as ListingReader;
  if (!live || printer !== null) await readLines(scratch.output, take);
  if (!isWhole()) return lost(session);
  await tellLinks(links, scratch.output, scratch.token, sink);
  if (outcome.unreadable === null) return { kind: 'complete', fingerprint: fingerprint() };
  return { kind: 'partial', fingerprint: fingerprint(), unreadable: outcome.unreadable };
}

function isSameAs(known: string | undefined, printer: ListingPrinter | null): boolean {
  return printer?.isWhole() === true && printer.fingerprint() === known;
}

function listingJob(session: Session, options: RsyncOptions, scratch: Scratch, begin: Job['begin']): Job {
  const emptyFolder = scratch.emptyFolder();
  const excludedPrefixes = options.excludedPrefixes ?? [];
  return {
    verb: 'list',
    arguments: (connection) => listingArguments(connection, { token: scratch.token, emptyFolder, excludedPrefixes }),
    binds: [{ path: emptyFolder, writable: false }],
    outputFile: scratch.output,
    fileCeiling: OUTPUT_CEILING + 2 ** 20,
    deadline: session.clock.now() + RUN_CEILING_MS,
    prefixes: pathPrefixes(session, emptyFolder),
    begin,
  };
}

/** What rsync writes before a repository path in what it says: the folder below the module, or ours. */
export function pathPrefixes({ origin }: Session, folder: string): string[] {
  const below = origin.kind === 'daemon' ? origin.path.slice(origin.path.indexOf('/') + 1) : origin.path;
  return [`${folder}/`, below, `/${below}`].filter((prefix) => prefix !== '' && prefix !== '/');
}

function lost(session: Session): ListingOutcome {
  const sentence = `${session.origin.url}: rsync counted other files than it wrote lines for; the disk of the scratch folder may be full.`;
  return { kind: 'trouble', trouble: 'failed', sentence };
}
