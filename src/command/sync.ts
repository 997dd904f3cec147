import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseDigest, parseSeconds, prose, teach } from './help.ts';
import { replyWith, roleReply } from './reply.ts';
import { planText, syncText } from './sync-text.ts';

interface SyncFlags {
  readonly plan?: boolean;
  readonly acceptPlan?: string;
  readonly seed?: string;
  readonly wait: number;
}

export function addSync(program: Command, desk: Desk): void {
  const command = program
    .command('sync')
    .summary('run one pass: list, fetch, verify, publish, remove')
    .description(
      prose(`Runs one pass now: lists the origin, fetches what is new into staging, proves every file, publishes what
        passed and removes what has long been absent at the origin. What is refused lies in quarantine and is never
        served. A pass that is stopped goes on where it was the next time. Works beside a running
        daemon.`),
    )
    .option('--plan', 'print what a pass would do, and stop')
    .addOption(
      new Option('--accept-plan <sha256>', 'let exactly this plan through the removal guard; audited')
        .argParser(parseDigest)
        .conflicts('plan'),
    )
    .option(
      '--seed <folder>',
      'a folder with a copy of the repository: files are taken from it where their content is the same',
    )
    .option('--wait <seconds>', 'how long to wait when another job holds the tree', parseSeconds, 0)
    .action((flags: SyncFlags, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        if (config.source.length === 0) return roleReply('sync', 'the section source', call.globals.config);
        const options = {
          acceptPlan: flags.acceptPlan ?? null,
          seed: flags.seed === undefined ? null : resolve(flags.seed),
          waitSeconds: flags.wait,
        };
        if (flags.plan === true) {
          const planned = await verbs.plan(config, options, call.signal);
          return replyWith(planned, planText(planned.result));
        }
        const done = await verbs.sync(config, options, call.signal);
        return replyWith(done, syncText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['one pass, by hand', 'assay sync'],
    ['what would be fetched and removed?', 'assay sync --plan'],
    ['the first pass of a big repository, from a disk', 'assay sync --seed /mnt/disk/maven'],
    [
      'a removal that the guard refused and that is wanted',
      'assay sync --accept-plan "$(assay sync --plan --json | jq -r .result.plan_sha256)"',
    ],
  ]);
}
