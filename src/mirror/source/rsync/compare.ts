import type { SourceTrouble } from '../contract.ts';
import { comparisonArguments } from './arguments.ts';
import { makeTransferReader } from './fetch-lines.ts';
import { pathPrefixes } from './list.ts';
import type { RsyncOptions } from './rsync.ts';
import { RUN_CEILING_MS, runJob, type Session } from './run.ts';
import { takeScratch } from './scratch.ts';

type Comparison = { readonly kind: 'compared'; readonly paths: readonly string[] } | SourceTrouble;

const FILE_CEILING = 2 * 2 ** 30;

/**
 * Compares by MD5 sums that both sides make; the contract is `Source.differing`. Paths that the origin has no longer are not named. Many public
 * servers refuse to sum (trouble `refused`): then only fetching tells.
 */
export async function compareContent(
  session: Session,
  options: RsyncOptions,
  paths: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<Comparison> {
  if (paths.length === 0) return { kind: 'compared', paths: [] };
  using scratch = takeScratch(options.scratch);
  const namesFile = scratch.namesFile(paths);
  const asked = new Set(paths);
  let differing = new Set<string>();
  const outcome = await runJob(
    session,
    {
      verb: 'compare',
      arguments: (connection, { trustSender }) =>
        comparisonArguments(connection, { token: scratch.token, folder, namesFile, trustSender }),
      binds: [namesFile, folder].map((path) => ({ path, writable: false })),
      outputFile: scratch.output,
      fileCeiling: FILE_CEILING,
      deadline: session.clock.now() + RUN_CEILING_MS,
      prefixes: pathPrefixes(session, folder),
      begin: () => {
        differing = new Set();
        const file = (path: string) => {
          if (asked.has(path)) differing.add(path);
        };
        return makeTransferReader(scratch.token, { file }).take;
      },
    },
    signal,
  );
  return outcome.kind === 'trouble' ? outcome : { kind: 'compared', paths: [...differing] };
}
