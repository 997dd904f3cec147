import type { Command } from 'commander';
import type { Desk } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';

export function addDemo(program: Command, desk: Desk): void {
  const command = program
    .command('demo')
    .summary('a whole mirror on this machine, with an origin that misbehaves')
    .description(
      prose(`Makes a repository, exports it with a real rsync daemon, mirrors it and serves it over HTTPS, on loopback
        alone; then the origin changes in ways a mirror must not believe. Needs no configuration. Ends on Ctrl-C and
        leaves nothing.`),
    )
    .option(
      '--once',
      'run the story to its end instead of waiting for Ctrl-C; 0 when what was found equals what was planted',
    )
    .action(async () => {
      desk.exit = 3;
    });
  teach(command, EXIT_STATUSES, [
    ['see it work', 'assay demo'],
    ['as a check of this machine', 'assay demo --once --json'],
  ]);
}
