import type { Command } from 'commander';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, teach } from './help.ts';
import { replyWith } from './reply.ts';

export function addResume(program: Command, desk: Desk): void {
  const command = program
    .command('resume')
    .summary('let passes run again')
    .description('Ends a pause. The next pass begins as scheduled; `assay sync` runs one now.')
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.resume(config, call.signal);
        const words = done.result.was_paused === null ? 'There was no pause.' : 'Passes run again as scheduled.';
        return replyWith(done, words);
      }),
    );
  teach(command, EXIT_STATUSES, [['passes as scheduled, from now on', 'assay resume']]);
}
