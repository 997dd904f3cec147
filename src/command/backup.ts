import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BackupResult, RestoreResult } from '../config/shape/backup.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseSeconds, prose, teach } from './help.ts';
import { replyWith } from './reply.ts';
import { counted, instant, number, size } from './text.ts';

export function addBackup(program: Command, desk: Desk): void {
  const command = program
    .command('backup <file>')
    .summary('copy the database and the ledger into one file, while everything runs')
    .description(
      prose(`Copies state.db as it is now, and the ledger, into one file, while the daemon and passes go on. Not in it:
        the published tree, which a pass fetches again, and configuration, keys and certificates. The file holds
        digests of tokens: it is written for its owner alone.`),
    )
    .option('--force', 'replace a file that is there')
    .action((file: string, flags: { readonly force?: boolean }, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.backup(config, resolve(file), { force: flags.force ?? false }, call.signal);
        return replyWith(done, backupText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [['every night', 'assay backup /var/backups/assay-$(date +%F).db']]);
}

export function addRestore(program: Command, desk: Desk): void {
  const command = program
    .command('restore <file>')
    .summary('put a backup in the place of the database; the daemon is stopped')
    .description(
      prose(`Puts a backup in the place of state.db, after it was found whole and of a version that this one
        understands. What it replaces stays beside it under another name. Takedowns and known digests that came after
        the backup stand. The database gets a new lineage: who follows this mirror by its generation begins anew. Stop
        the daemon first; afterwards run \`assay sync\`, then \`assay verify --repair\`.`),
    )
    .option('--wait <seconds>', 'how long to wait when another job holds the tree', parseSeconds, 0)
    .action((file: string, flags: { readonly wait: number }, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        const done = await verbs.restore(config, resolve(file), { waitSeconds: flags.wait }, call.signal);
        return replyWith(done, restoreText(done.result, call.startedAt));
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['back to last night', 'systemctl stop assay.socket assay; assay restore FILE; assay sync'],
  ]);
}

function backupText(result: BackupResult): string {
  const what = `generation ${number(result.generation)}, ${counted(result.files, 'file')} in the inventory`;
  return `${result.file}: ${size(result.bytes)}, ${what}.`;
}

function restoreText(result: RestoreResult, now: number): string {
  const kept = result.kept_as.length === 0 ? '' : `\n  What it replaced: ${result.kept_as.join(', ')}, beside it.`;
  const back = `Restored as it was ${instant(result.made_at, now)}: generation ${number(result.generation)}.${kept}`;
  return `${back}\n  Next: assay sync, then assay verify --repair: the tree has gone on since.`;
}
