import type { Command } from 'commander';
import type { ReportSendResult } from '../config/shape/report.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { replyWith, roleReply } from './reply.ts';
import { counted, instant, withoutControls } from './text.ts';

export function addReport(program: Command, desk: Desk): void {
  const group = program
    .command('report')
    .summary('what this mirror tells its primary, and what a primary was told')
    .description(
      prose(`A mirror tells its primary its status after each pass, the downloads of each day and what it found, signed
        with its key. What cannot be delivered waits. A primary keeps every report as it came.`),
    );
  addSend(group, desk);
  addCheck(group, desk);
}

function addSend(group: Command, desk: Desk): void {
  const command = group
    .command('send')
    .description(
      prose(`Tells the primary now what there is to tell; the daemon does it by itself. Days of the last two weeks whose
        counts have changed are told again, and today as far as it is counted. Ends with 3 when something had to wait; nothing is lost by that.`),
    )
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        if (config.report === null) return roleReply('report send', 'the section report', call.globals.config);
        const done = await verbs.reportSend(config, call.signal);
        return replyWith(done, sentText(done.result, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [['after the key was enrolled', 'assay report send']]);
}

function addCheck(group: Command, desk: Desk): void {
  const command = group
    .command('check')
    .description(
      prose(`On a primary: verifies every kept report again, with the signature that it came with. Ends with 1 when one is
        not what its mirror signed: then somebody has written into the database.`),
    )
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        if (config.primary === null) return roleReply('report check', 'the section primary', call.globals.config);
        const done = await verbs.reportCheck(config, call.signal);
        const { checked, forged } = done.result;
        return replyWith(done, `${counted(checked, 'report')} verified again, ${forged.length} not genuine.`);
      }),
    );
  teach(command, EXIT_STATUSES, [['is the feed what the mirrors signed?', 'assay report check']]);
}

function sentText({ sent, dead, waiting, oldest_waiting_at, last_answer }: ReportSendResult, now: number): string {
  const lines = [`${counted(sent, 'report')} delivered.`];
  if (dead > 0) lines.push(`${counted(dead, 'report')} refused for good.`);
  if (waiting > 0) {
    const since =
      oldest_waiting_at === null
        ? ''
        : `, the oldest since ${instant(oldest_waiting_at, Math.max(now, Date.parse(oldest_waiting_at)))}`;
    lines.push(`${counted(waiting, 'report')} waiting${since}.`);
  }
  if (last_answer !== null) lines.push(`Last answer: ${withoutControls(last_answer)}`);
  return `${lines.join('\n')}\n`;
}
