import { type Command, Option } from 'commander';
import type { ExportRequest } from '../compose/verbs.ts';
import { writeDurably } from '../host/durable.ts';
import { type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseCount, parseDayNumber, parseSeconds, prose, teach } from './help.ts';
import { replyWith, roleReply, usageReply } from './reply.ts';
import { addAccept, addDoubted } from './stats-accept.ts';
import { ingestText, topText } from './stats-text.ts';

interface IngestFlags {
  readonly day?: number;
  readonly acceptLess?: boolean;
  readonly wait: number;
}

interface ExportFlags {
  readonly day?: number;
  readonly all?: boolean;
  readonly own?: boolean;
  readonly format: ExportRequest['format'];
  readonly output?: string;
}

interface TopFlags {
  readonly days: number;
  readonly count: number;
  readonly own?: boolean;
}

export function addStats(program: Command, desk: Desk): void {
  const group = program
    .command('stats')
    .summary('who downloads what: count access logs, give the counts out')
    .description(
      prose(`Counts downloads from access logs by Clojars' rule (GET, 200, a jar of a version; days in UTC) and gives
        the counts out in Clojars' shape. No address of a client leaves the log. What no log tells of is "not measured",
        never 0.`),
    );
  addIngest(group, desk);
  addExport(group, desk);
  addTop(group, desk);
  addDoubted(group, desk);
  addAccept(group, desk);
}

function addIngest(group: Command, desk: Desk): void {
  const command = group
    .command('ingest')
    .description(
      prose(`Counts what is new in the logs that stats.logs names; the daemon does it every ten minutes. With --day also
        counts that day again from what is left of the logs, and replaces its count.`),
    )
    .option('--day <day>', 'count this day again, 2026-11-21', parseDayNumber)
    .option('--accept-less', 'replace the count of the day also by a lower one (audited)')
    .option('--wait <seconds>', 'how long to wait when another process counts', parseSeconds, 0)
    .action((flags: IngestFlags, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        if (config.stats === null) return roleReply('stats ingest', 'the section stats', call.globals.config);
        const request = { day: flags.day ?? null, acceptLess: flags.acceptLess ?? false, waitSeconds: flags.wait };
        const done = await verbs.statsIngest(config, request, call.signal);
        return replyWith(done, ingestText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['count now what is new', 'assay stats ingest'],
    ['a day again, after stats.logs was corrected', 'assay stats ingest --day 2026-11-20'],
  ]);
}

function addExport(group: Command, desk: Desk): void {
  const command = group
    .command('export')
    .description(
      prose(`Prints the downloads of a day, or of all days, sorted: in the shape of Clojars' downloads-YYYYMMDD.edn and
        all.edn, as JSON or as CSV. On a primary that is the sum over its mirrors and itself.`),
    )
    .option('--day <day>', 'one day in UTC, 2026-11-21', parseDayNumber)
    .option('--all', 'the sum of all days')
    .option('--own', "only what this installation's own logs say")
    .addOption(new Option('--format <format>', 'of the text').choices(['edn', 'json', 'csv']).default('edn'))
    .option('--output <file>', 'write the text into a file instead of printing it')
    .action((flags: ExportFlags, self: Command) =>
      onInstallation(desk, self, async (config, verbs, call) => {
        if ((flags.day === undefined) === (flags.all !== true)) {
          return usageReply('It takes either --day or --all.', '`assay stats export --help` tells how it is used.');
        }
        const request = { day: flags.day ?? null, scope: scopeOf(flags), format: flags.format };
        const done = await verbs.statsExport(config, request);
        if (flags.output !== undefined) writeDurably(flags.output, done.text);
        const isPrinted = flags.output === undefined && !call.globals.json;
        return replyWith(done, isPrinted ? done.text : '');
      }),
    );
  teach(command, EXIT_STATUSES, [
    [
      "yesterday, as Clojars' own readers take it",
      'assay stats export --day 2026-11-20 --output downloads-20261120.edn',
    ],
    ['everything, for a spreadsheet', 'assay stats export --all --format csv'],
  ]);
}

function addTop(group: Command, desk: Desk): void {
  const command = group
    .command('top')
    .description('Tells which artifacts were downloaded most, and by which programs.')
    .option('--days <days>', 'of so many days, today included', parseCount, 30)
    .option('--count <count>', 'so many artifacts', parseCount, 20)
    .option('--own', "only what this installation's own logs say")
    .action((flags: TopFlags, self: Command) =>
      onInstallation(desk, self, async (config, verbs) => {
        const done = await verbs.statsTop(config, { days: flags.days, count: flags.count, scope: scopeOf(flags) });
        return replyWith(done, topText(done.result));
      }),
    );
  teach(command, EXIT_STATUSES, [['what is popular this month?', 'assay stats top --days 30']]);
}

function scopeOf(flags: { readonly own?: boolean }): ExportRequest['scope'] {
  return flags.own === true ? 'own' : 'all';
}
