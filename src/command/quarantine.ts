import type { Command } from 'commander';
import type { QuarantineEntry } from '../config/shape/status.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseSeconds, prose, teach } from './help.ts';
import { replyWith } from './reply.ts';
import { instant, size, table, withoutControls } from './text.ts';
import { verdictWords } from './verdict-words.ts';

interface Waits {
  readonly wait: number;
}

export function addQuarantine(program: Command, desk: Desk): void {
  const group = program
    .command('quarantine')
    .summary('what the gate refused: look, release, drop')
    .description(
      prose(`What the gate refused lies here with a note why, and is never served. An entry is named by its id or its
        path. While it lies here, assay does not fetch the same bytes again.`),
    );
  addList(group, desk);
  addShow(group, desk);
  addRelease(group, desk);
  addDrop(group, desk);
}

function addList(group: Command, desk: Desk): void {
  const command = group
    .command('list')
    .description('Lists everything that was refused, newest first.')
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.quarantineList(config, call.signal);
        return replyWith(done, listText(done.result.entries, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [['everything that was refused', 'assay quarantine list']]);
}

function addShow(group: Command, desk: Desk): void {
  const command = group
    .command('show <entry>')
    .description('Shows one entry with its evidence: both digests, the source, the time.')
    .action((entry: string, _flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.quarantineShow(config, entry, call.signal);
        return replyWith(done, entryText(done.result, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [['by its path', 'assay quarantine show org/example/tool/1.0/tool-1.0.jar']]);
}

function addRelease(group: Command, desk: Desk): void {
  const command = group
    .command('release <entry>')
    .description(
      prose(`Publishes bytes that the gate refused, because you know better. Audited with your reason. A released file
        that changed at the origin is served with its new bytes afterwards: every cache in the world may still have
        the old ones.`),
    )
    .option('--reason <text>', 'why, for the audit trail', 'no reason given')
    .option('--wait <seconds>', 'how long to wait when another job holds the tree', parseSeconds, 0)
    .action((entry: string, flags: Waits & { readonly reason: string }, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const options = { reason: flags.reason, waitSeconds: flags.wait };
        const done = await verbs.quarantineRelease(config, entry, options, call.signal);
        return replyWith(done, `Released, served from now on: ${withoutControls(done.result.path)}`);
      }),
    );
  teach(command, EXIT_STATUSES, [
    [
      'the publisher confirmed the new bytes',
      'assay quarantine release org/example/tool/1.0/tool-1.0.jar --reason "confirmed by mail"',
    ],
  ]);
}

function addDrop(group: Command, desk: Desk): void {
  const command = group
    .command('drop <entry>')
    .description(
      'Deletes the refused bytes. The refusal itself stays remembered: the same bytes are not fetched again.',
    )
    .option('--wait <seconds>', 'how long to wait when another job holds the tree', parseSeconds, 0)
    .action((entry: string, flags: Waits, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.quarantineDrop(config, entry, { waitSeconds: flags.wait }, call.signal);
        return replyWith(done, `Dropped: ${withoutControls(done.result.path)}`);
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['it is nothing but rubbish', 'assay quarantine drop org/example/tool/1.0/tool-1.0.jar'],
  ]);
}

function listText(entries: readonly QuarantineEntry[], now: number): string {
  if (entries.length === 0) return 'The quarantine is empty.';
  const rows = entries.map((entry) => [
    entry.id,
    entry.verdict,
    size(entry.size),
    instant(entry.since, now),
    entry.path,
  ]);
  return table(['id', 'verdict', 'size', 'since', 'path'], rows);
}

function entryText(entry: QuarantineEntry, now: number): string {
  const facts = [
    ['id', entry.id],
    ['path', entry.path],
    ['verdict', `${entry.verdict} (${verdictWords(entry.verdict)})`],
    ['why', entry.sentence],
    ['since', instant(entry.since, now)],
    ['source', entry.source],
    ['size', size(entry.size)],
    ['expected', entry.expected_sha256 ?? 'not known as SHA-256'],
    ['observed', entry.observed_sha256 ?? 'not read'],
  ] as const;
  return facts.map(([label, value]) => `${label.padEnd(10)}${withoutControls(value)}`).join('\n');
}
