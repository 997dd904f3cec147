import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CrawlEvent, CrawlRequest } from '../compose/verbs.ts';
import { crawlText, findingLine, mirrorLine } from './crawl-text.ts';
import { type Call, type Desk, onInstallation } from './desk.ts';
import { EXIT_STATUSES, parseSeconds, prose, teach } from './help.ts';
import { replyWith } from './reply.ts';

interface CrawlFlags {
  readonly depth: 'sums' | 'full';
  readonly sample?: number;
  readonly mirror?: string;
  readonly path?: string;
  readonly wait: number;
}

export function addCrawl(program: Command, desk: Desk): void {
  const command = program
    .command('crawl')
    .summary('check every mirror of the list, and the origin, against the inventory')
    .description(
      prose(`Visits every mirror of the configuration once, within its budget of the day, and compares what it serves with
        what is published here. Headers and checksum files are the mirror's own word: they find mistakes. Bodies that are
        read and hashed are proof. What is wrong is asked again over a fresh connection before it becomes a finding;
        findings become incidents, and people are told. A crawl cannot see a mirror that lies only to chosen addresses:
        \`assay check\` on the machine that downloads does. With --json: one line a finding, and one summary, last.`),
    )
    .addOption(
      new Option('--depth <depth>', 'sums: headers and sums, bodies as far as the budget goes; full: every body')
        .choices(['sums', 'full'])
        .default('sums'),
    )
    .option('--sample <n>', 'only so many bodies, drawn at random', parseCount)
    .option('--mirror <name>', 'only this mirror')
    .option('--path <prefix>', 'only paths that begin so')
    .option('--wait <seconds>', 'how long to wait when another round runs', parseSeconds, 0)
    .action((flags: CrawlFlags, self: Command) =>
      onInstallation(
        desk,
        self,
        async (config, verbs, call) => {
          const done = await verbs.crawl(config, requestOf(flags), teller(call), call.signal);
          return replyWith(done, crawlText(done.result));
        },
        true,
      ),
    );
  teach(command, EXIT_STATUSES, [
    ['one round, as the daemon makes them', 'assay crawl'],
    ['every byte of one mirror', 'assay crawl --depth full --mirror alpha'],
    ['what is wrong, for a program', `assay crawl --json | jq -c 'select(.kind == "finding")'`],
  ]);
}

/** Somebody who asks for a round wants all of it: it may take what is left of the day's budget. */
function requestOf({ depth, sample, mirror, path, wait }: CrawlFlags): CrawlRequest {
  return {
    depth,
    sample: sample ?? null,
    mirror: mirror ?? null,
    prefix: path ?? '',
    waitSeconds: wait,
    roundsPerDay: 1,
  };
}

/** Findings and a line for each mirror as they come: on standard output, or with --json the findings there and everything for people beside it. */
function teller({ io, globals }: Call): (event: CrawlEvent) => void {
  return (event) => {
    if (event.kind === 'finding') {
      io.stdout.write(globals.json ? `${JSON.stringify(event.finding)}\n` : findingLine(event.finding));
    } else if (event.kind === 'mirror-done') io.stderr.write(mirrorLine(event.summary));
  };
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It takes a number of files, 1 or more.');
  return Number(text);
}
