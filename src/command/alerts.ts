import type { Command } from 'commander';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { replyWith } from './reply.ts';
import { table } from './text.ts';

export function addAlerts(program: Command, desk: Desk): void {
  const group = program.command('alerts').summary('who is told of incidents').description('Who is told of incidents.');
  const command = group
    .command('test')
    .description(
      prose(`Sends a marked trial to every channel of \`alerts\`, at once and past the outbox, and says where it did not
        arrive. At Alertmanager it is the alert AssayTrial, which ends after a minute.`),
    )
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.alertsTest(config, call.signal);
        const rows = done.result.channels.map(({ name, kind, sent, reason }) => [
          name,
          kind,
          sent ? 'sent' : 'FAILED',
          reason ?? '',
        ]);
        const text =
          rows.length === 0 ? 'There is no channel in `alerts`.' : table(['channel', 'kind', 'trial', 'reason'], rows);
        return replyWith(done, text);
      }),
    );
  teach(command, EXIT_STATUSES, [['after a change of `alerts`', 'assay alerts test']]);
}
