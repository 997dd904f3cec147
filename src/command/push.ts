import { type Command, Option } from 'commander';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseDigest, parseSeconds, prose, teach } from './help.ts';
import { pushPlanText, pushText } from './push-text.ts';
import { replyWith, roleReply } from './reply.ts';

interface PushFlags {
  readonly plan?: boolean;
  readonly reconcile?: boolean;
  readonly acceptPlan?: string;
  readonly wait: number;
}

export function addPush(program: Command, desk: Desk): void {
  const command = program
    .command('push [name]')
    .summary('bring the published tree to its object stores, and tell their CDNs')
    .description(
      prose(`Puts what is new in the tree into the targets of the section push, or into the one called NAME: in the order
        in which a client may ask for it, removals last, then the CDN is told. A released object is never written over.
        A push that is stopped or killed goes on where it was. Works beside a running daemon.`),
    )
    .option('--plan', 'print what a push would do, and stop')
    .option('--reconcile', 'list the target first and compare it with what is known of it')
    .addOption(
      new Option('--accept-plan <sha256>', 'let exactly these removals through the guard')
        .argParser(parseDigest)
        .conflicts('plan'),
    )
    .option('--wait <seconds>', 'how long to wait when another push of the target runs', parseSeconds, 0)
    .action((name: string | undefined, flags: PushFlags, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        if (config.push.length === 0) return roleReply('push', 'the section push', call.globals.config);
        const options = {
          name: name ?? null,
          reconcile: flags.reconcile ?? false,
          acceptPlan: flags.acceptPlan ?? null,
          waitSeconds: flags.wait,
        };
        if (flags.plan === true) {
          const planned = await verbs.planPush(config, options, call.signal);
          return replyWith(planned, pushPlanText(planned.result));
        }
        const done = await verbs.push(config, options, call.signal);
        return replyWith(done, pushText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['everything that is configured', 'assay push'],
    ['what would be put and removed?', 'assay push --plan'],
    ['has anybody else been at the bucket?', 'assay push --reconcile main'],
    [
      'removals that the guard refused and that are wanted',
      'assay push main --accept-plan "$(assay push main --plan --json | jq -r .result.targets[0].plan_sha256)"',
    ],
  ]);
}
