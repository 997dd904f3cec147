import type { Command } from 'commander';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseFuture, prose, teach } from './help.ts';
import { replyWith } from './reply.ts';
import { instant } from './text.ts';

export function addPause(program: Command, desk: Desk): void {
  const command = program
    .command('pause')
    .summary('no passes for a while; everything goes on being served')
    .description(
      prose(`Keeps the daemon from beginning passes; a running one ends as usual. Survives a restart. Serving goes on and
        health stays 200. Without --until it lasts until \`assay resume\`.`),
    )
    .option('--until <time>', 'when passes begin again: 2026-11-21T06:00Z, or 90m, 2h, 3d from now', (text) =>
      parseFuture(text, desk.io.clock.now()),
    )
    .action((flags: { readonly until?: number }, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.pause(config, flags.until ?? null, call.signal);
        const { until } = done.result.paused;
        const end = until === null ? 'until `assay resume`' : `until ${instant(until, call.startedAt)}`;
        return replyWith(done, `Paused ${end}. Everything goes on being served.`);
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['while the origin moves house', 'assay pause --until 6h'],
    ['until further notice', 'assay pause'],
  ]);
}
