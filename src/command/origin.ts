import type { Command } from 'commander';
import type { DriftResult } from '../config/shape/drift.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseCount, prose, teach } from './help.ts';
import { replyWith } from './reply.ts';
import { table } from './text.ts';

interface DriftFlags {
  readonly sample: number;
}

export function addOrigin(program: Command, desk: Desk): void {
  const origin = program
    .command('origin')
    .summary('look at the origin itself')
    .description('Looks at the origin itself.');
  const command = origin
    .command('drift')
    .summary('compare the origin with itself, and with what it was')
    .description(
      prose(`Lists the bucket beside what was published here, asks the CDN for what is suspicious and for a sample drawn by
        chance, and lays the feeds beside both. Names each file on which they differ, and who stands alone. Needs a source of
        kind s3 or http; changes nothing.`),
    )
    .option('--sample <n>', 'files that are asked for at the CDN by chance', parseCount, 200)
    .action((flags: DriftFlags, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.originDrift(config, { sample: flags.sample }, call.signal);
        return replyWith(done, driftText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['does the origin agree with itself?', 'assay origin drift'],
    ['every path, for a script', 'assay origin drift --json'],
  ]);
}

const SHOWN = 40;
const PLACES: Readonly<Record<keyof DriftResult['compared'], string>> = {
  bucket: 'files in the bucket',
  history: 'files published here',
  cdn: 'answers of the CDN',
  poms: 'POMs in all-poms',
  jars: 'versions in all-jars',
};

function driftText({ compared, counts, drift }: DriftResult): string {
  const looked = Object.entries(PLACES).map(([place, name]) => {
    const count = compared[place as keyof DriftResult['compared']];
    return count === null ? `${name}: not looked at` : `${count} ${name}`;
  });
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return `${looked.join(', ')}. Nothing differs.`;
  const kinds = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  const rows = drift.slice(0, SHOWN).map(({ kind, path, blame, sentence }) => [kind, blame, path, sentence]);
  const more = total > rows.length ? `and ${total - rows.length} more; --json names ten thousand` : '';
  return [`${looked.join(', ')}.`, `${kinds.join(', ')}.`, '', table(['what', 'who', 'path', 'why'], rows), more]
    .join('\n')
    .trimEnd();
}
