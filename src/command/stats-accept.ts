import type { Command } from 'commander';
import type { Doubted } from '../config/shape/report.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseDayNumber, prose, teach } from './help.ts';
import { replyWith, roleReply } from './reply.ts';
import { instant, number, table } from './text.ts';

interface AcceptFlags {
  readonly mirror: string;
  readonly day: number;
  readonly reason: string;
}

export function addDoubted(group: Command, desk: Desk): void {
  const command = group
    .command('doubted')
    .description('On a primary: lists the statistics of mirrors that are odd, and count for nothing until accepted.')
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        if (config.primary === null) return roleReply('stats doubted', 'the section primary', call.globals.config);
        const done = await verbs.statsDoubted(config);
        return replyWith(done, doubtedText(done.result.doubted, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [['does anything wait for a look?', 'assay stats doubted']]);
}

export function addAccept(group: Command, desk: Desk): void {
  const command = group
    .command('accept')
    .description(
      prose(`On a primary: takes the doubted statistics of a mirror's day into the sums, after somebody has looked.
        Audited.`),
    )
    .requiredOption('--mirror <name>', 'whose')
    .requiredOption('--day <day>', 'of which day, 2026-11-21', parseDayNumber)
    .requiredOption('--reason <text>', 'why they are believed, for the audit trail')
    .action((flags: AcceptFlags, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        if (config.primary === null) return roleReply('stats accept', 'the section primary', call.globals.config);
        const done = await verbs.statsAccept(config, flags);
        const { mirror, day, downloads } = done.result;
        return replyWith(done, `Accepted: ${number(downloads ?? 0)} downloads of ${mirror} on ${day}.`);
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['a release made the jump', 'assay stats accept --mirror alpha --day 2026-11-20 --reason "release of tool 2.0"'],
  ]);
}

function doubtedText(doubted: readonly Doubted[], now: number): string {
  if (doubted.length === 0) return 'Nothing is doubted.';
  const rows = doubted.map(({ mirror, day, downloads, received_at, doubts }) => [
    mirror,
    day,
    downloads === null ? 'not measured' : number(downloads),
    instant(received_at, now),
    doubts.join('; '),
  ]);
  return table(['mirror', 'day', 'downloads', 'received', 'because'], rows);
}
