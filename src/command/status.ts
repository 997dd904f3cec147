import type { Command } from 'commander';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { replyWith } from './reply.ts';
import { statusText } from './status-text.ts';

export function addStatus(program: Command, desk: Desk): void {
  const command = program
    .command('status')
    .summary('one page: how old the tree is, what is held back, what to do')
    .description(
      prose(`Tells on one page what an operator wants to know at 3 a.m.: when the last good pass began (the tree is at
        least as new as that), how the last attempt ended, whether the origin answers, what is refused or waits, and
        what to do next. Reads only; an unreachable origin alone is no trouble, everything goes on being served.`),
    )
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.status(config, call.signal);
        return replyWith(done, statusText(done.result, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['for people', 'assay status'],
    ['for a check that pages somebody', 'assay status --json | jq -e ".exit == 0"'],
  ]);
}
