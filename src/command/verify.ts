import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SignatureLine } from '../config/shape/signature.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseSeconds, prose, teach } from './help.ts';
import { printLine } from './output.ts';
import { replyWith } from './reply.ts';
import { signaturePage } from './signature-text.ts';
import { rebuildText, verifyText } from './verify-text.ts';

interface VerifyFlags {
  readonly repair?: boolean;
  readonly anew?: boolean;
  readonly rebuild?: boolean;
  readonly signatures?: string | true;
  readonly mibPerSecond?: number;
  readonly wait: number;
}

export function addVerify(program: Command, desk: Desk): void {
  const command = program
    .command('verify')
    .summary('read the published tree again and compare it with what was published')
    .description(
      prose(`Reads every published file again and compares it with the inventory: damaged bytes, missing files, files
        that nobody published, and what the database itself holds. What is damaged is withheld (403) until it is right
        again, and the verb ends with 1 as long as it stands. Works beside a running daemon; when it is stopped, the
        next start goes on where it was.`),
    )
    .option(
      '--repair',
      'fetch what is damaged or missing again, with the digest it was published with; move foreign files to quarantine',
    )
    .addOption(
      new Option(
        '--rebuild',
        'make state.db again from the tree and the ledger; the daemon is stopped, the old database kept aside',
      ).conflicts(['repair', 'anew', 'mibPerSecond', 'signatures']),
    )
    .addOption(
      new Option(
        '--signatures [coordinates]',
        'judge the signatures beside the published files instead, of everything or of GROUP:ARTIFACT[:VERSION] or a path; with --json one line each',
      ).conflicts(['repair', 'anew', 'mibPerSecond']),
    )
    .option('--anew', 'from the beginning, though an earlier start was cut short')
    .option(
      '--mib-per-second <number>',
      'how fast to read, 0 as fast as the disk (default: verify.scrub_mib_per_second)',
      parseSpeed,
    )
    .option('--wait <seconds>', 'how long to wait when another job holds the tree', parseSeconds, 0)
    .action((flags: VerifyFlags, self: Command) => {
      const { signatures } = flags;
      if (signatures !== undefined) return judgeSignatures(signatures === true ? null : signatures, desk, self);
      return onInstallation(desk, self, async (config, verbs, call) => {
        if (flags.rebuild === true) {
          const rebuilt = await verbs.rebuild(config, { waitSeconds: flags.wait }, call.signal);
          return replyWith(rebuilt, rebuildText(rebuilt.result));
        }
        const options = {
          repair: flags.repair ?? false,
          anew: flags.anew ?? false,
          mibPerSecond: flags.mibPerSecond ?? null,
          waitSeconds: flags.wait,
        };
        const done = await verbs.verify(config, options, call.signal);
        return replyWith(done, verifyText(done.result, options.repair, call.startedAt));
      });
    });
  teach(command, EXIT_STATUSES, [
    ['is everything still as it was published?', 'assay verify'],
    ['state.db lost, and no backup', 'systemctl stop assay.socket assay; assay verify --rebuild; assay sync'],
    ['who has signed what we serve, and is it right?', 'assay verify --signatures'],
    ['the same of one version, for a program', 'assay verify --signatures org.example:tool:1.0 --json'],
    ['put it right, as fast as the disk goes', 'assay verify --repair --mib-per-second 0'],
  ]);
}

function judgeSignatures(what: string | null, desk: Desk, self: Command): Promise<void> {
  return onInstallation(
    desk,
    self,
    async (config, verbs, call) => {
      const page = signaturePage();
      const onLine = async (line: SignatureLine) => {
        if (call.globals.json) await printLine(call.io.stdout, line);
        else page.add(line);
      };
      const done = await verbs.verifySignatures(config, what, onLine, call.signal);
      return replyWith(done, call.globals.json ? '' : page.text(done.result));
    },
    true,
  );
}

function parseSpeed(text: string): number {
  if (!/^\d{1,6}(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError('It takes MiB per second, 0 for no limit.');
  return Number(text);
}
