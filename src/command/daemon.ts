import type { Command } from 'commander';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { cleanReply, roleReply } from './reply.ts';

export function addDaemon(program: Command, desk: Desk): void {
  const command = program
    .command('daemon')
    .summary('run passes on schedule and serve the tree, until stopped')
    .description(
      prose(`Runs passes on schedule and serves the published tree until SIGINT or SIGTERM, which end it cleanly with
        status 0. One daemon for a data directory. Serves at once what is already published, also when the origin
        cannot be reached. Logs are JSON lines on standard error.`),
    )
    .action((_flags: unknown, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const isIdle = config.source.length === 0 && config.serve === null;
        if (isIdle) return roleReply('daemon', 'the section source or serve', call.globals.config);
        const onReady = ({ urls }: { readonly urls: readonly string[] }) => {
          const words =
            urls.length === 0 ? 'running; nothing is served by this installation' : `serving at ${urls.join(' ')}`;
          call.io.stderr.write(`assay: ${words}\n`);
        };
        await verbs.daemon(config, onReady, call.signal);
        return cleanReply({}, '');
      }),
    );
  teach(command, EXIT_STATUSES, [['as systemd starts it', 'assay daemon --config /etc/assay/assay.yaml']]);
}
