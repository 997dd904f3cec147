import type { Command } from 'commander';
import type { EnrollResult } from '../config/shape/report.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { replyWith, roleReply } from './reply.ts';

export function addEnroll(program: Command, desk: Desk): void {
  const command = program
    .command('enroll')
    .summary("make this mirror's key, and print what its primary needs")
    .description(
      prose(`Makes the key that signs this mirror's inventory and reports, if there is none yet, and prints its public half, for
        whoever pulls from here (source.public_key) or checks (check --key), with the lines that the maintainers of the
        primary put into their configuration. The private key never leaves its file. With --rotate the old key announces
        the next one, which signs from when the primary knows.`),
    )
    .option('--rotate', 'make the next key, announce it under the old one, and go over to it')
    .action((flags: { readonly rotate?: boolean }, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const rotate = flags.rotate ?? false;
        if (rotate && config.report === null)
          return roleReply('enroll --rotate', 'the section report', call.globals.config);
        const done = await verbs.enroll(config, { rotate }, call.signal);
        return replyWith(done, enrolledText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['a new mirror', 'assay enroll'],
    ['once a year, or when the key may have been seen', 'assay enroll --rotate'],
  ]);
}

function enrolledText({ key_file, public_key, made, lines, rotation }: EnrollResult): string {
  const head =
    rotation !== null
      ? `The primary knows the next key, and ${key_file} holds it now; the old one is in ${key_file}.old.`
      : made
        ? `Made the key ${key_file}. It signs this mirror's inventory and reports; nobody else needs it.`
        : `The key is ${key_file}.`;
  return `${head}\nPublic key: ${public_key}\n\nFor the primary's configuration, below \`mirrors:\` (look at the url):\n\n${lines}`;
}
