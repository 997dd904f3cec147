import type { Command } from 'commander';
import type { Takedown } from '../config/shape/status.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseSeconds, prose, teach } from './help.ts';
import { replyWith } from './reply.ts';
import { counted, instant, number, table, withoutControls } from './text.ts';

interface TakedownFlags {
  readonly reason: string;
  readonly legal?: boolean;
  readonly wait: number;
}

export function addTakedown(program: Command, desk: Desk): void {
  const group = program
    .command('takedown')
    .summary('take files out of the tree on purpose, at once')
    .description(
      prose(`A takedown removes at once, without hold and guard, and keeps the files from being fetched again. It is
        answered 410, or 451 with --legal. Audited; it outlives the database.`),
    );
  addAdd(group, desk);
  addLift(group, desk);
  addList(group, desk);
}

function addAdd(group: Command, desk: Desk): void {
  const command = group
    .command('add <what>')
    .description(
      prose(
        `Takes down a version, an artifact or a path, at once. WHAT: group:artifact[:version], or a repository path.`,
      ),
    )
    .requiredOption('--reason <text>', 'why: shown to clients and kept in the audit trail')
    .option('--legal', 'by law: answered 451 instead of 410')
    .option('--wait <seconds>', 'how long to wait when another job holds the tree', parseSeconds, 0)
    .action((what: string, flags: TakedownFlags, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const request = { what, reason: flags.reason, legal: flags.legal ?? false, waitSeconds: flags.wait };
        const done = await verbs.takedownAdd(config, request, call.signal);
        return replyWith(
          done,
          `Taken down: ${withoutControls(done.result.what)}, ${counted(done.result.files, 'file')}.`,
        );
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['one version', 'assay takedown add org.example:tool:1.0 --reason "holds a key"'],
    ['everything below a path', 'assay takedown add org/example/ --reason "court order" --legal'],
  ]);
}

function addLift(group: Command, desk: Desk): void {
  const command = group
    .command('lift <what>')
    .description(
      prose(`Lifts a takedown, named by its id or as it was given. The files come back with the next pass that finds
        them.`),
    )
    .option('--reason <text>', 'why, for the audit trail', 'no reason given')
    .option('--wait <seconds>', 'how long to wait when another job holds the tree', parseSeconds, 0)
    .action((what: string, flags: TakedownFlags, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const options = { reason: flags.reason, waitSeconds: flags.wait };
        const done = await verbs.takedownLift(config, what, options, call.signal);
        return replyWith(done, `Lifted: ${withoutControls(done.result.what)}. The next pass fetches it again.`);
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['it was a mistake', 'assay takedown lift org.example:tool:1.0 --reason "wrong version"'],
  ]);
}

function addList(group: Command, desk: Desk): void {
  const command = group
    .command('list')
    .description('Lists the takedowns that stand.')
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.takedownList(config, call.signal);
        return replyWith(done, listText(done.result.takedowns, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [['what is taken down, and why?', 'assay takedown list']]);
}

function listText(takedowns: readonly Takedown[], now: number): string {
  if (takedowns.length === 0) return 'Nothing is taken down.';
  const rows = takedowns.map((each) => [
    each.id,
    each.what,
    number(each.files),
    each.legal ? '451' : '410',
    instant(each.at, now),
    each.by,
    each.reason,
  ]);
  return table(['id', 'what', 'files', 'answer', 'since', 'by', 'reason'], rows);
}
