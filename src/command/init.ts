import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { explainOptions } from '../config/explain.ts';
import { readConfig } from '../config/load.ts';
import { estimateLines, firstConfig, INIT_ROLES, type InitRole, KNOWN_ORIGINS, writeConfig } from '../setup/init.ts';
import { answer, type Call, type Desk } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { cleanReply, faultsReply, type Reply, usageReply } from './reply.ts';

interface InitFlags {
  readonly name?: string;
  readonly contact?: string;
  readonly source?: string;
  readonly of?: string;
  readonly data?: string;
  readonly listen?: string[];
  readonly certificate?: string;
  readonly key?: string;
  readonly output?: string;
  readonly force?: boolean;
}

export function addInit(program: Command, desk: Desk): void {
  const command = program
    .command('init <role>')
    .summary('write a complete, commented configuration file')
    .description(
      prose(`Writes a configuration file with every key of the role, each with its default and its meaning. Asks nothing:
        what is not given is taken from the machine, or stands there as an example to be changed. Role: ${INIT_ROLES.join(' or ')}; a primary also crawls the mirrors and takes in their reports.`),
    )
    .option('--name <name>', 'name of this installation (default: the host name)')
    .option('--contact <address>', 'where its operator is reached')
    .option('--source <url>', 'the origin: rsync://HOST/MODULE/, s3://BUCKET/ or https://HOST/')
    .addOption(
      new Option('--of <repository>', 'a mirror of this repository, whose whereabouts are known')
        .choices(Object.keys(KNOWN_ORIGINS))
        .conflicts('source'),
    )
    .option('--data <folder>', 'data directory (default: /var/lib/assay)')
    .option('--listen <address...>', 'addresses to serve on; on loopback alone plain HTTP is served')
    .option('--certificate <file>', 'PEM file of the certificate')
    .option('--key <file>', 'PEM file of its key')
    .option('--output <file>', 'where to write it, - for standard output (default: the file of --config)')
    .option('--force', 'overwrite the file when it is there')
    .action((role: string, flags: InitFlags, self: Command) =>
      answer(desk, self, (call) => {
        const known = INIT_ROLES.find((each) => each === role);
        if (known !== undefined) return written(known, flags, call);
        return usageReply(`There is no role "${role}" in this version.`, `Known: ${INIT_ROLES.join(', ')}.`);
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['a community mirror', 'assay init mirror --contact ops@example.org --source rsync://origin.example.org/repo/'],
    ['a mirror of Clojars as it is today', 'assay init mirror --of clojars --contact ops@example.org'],
    ['a primary', 'assay init primary --contact ops@example.org --source rsync://origin.example.org/repo/'],
    ['only look', 'assay init mirror --output -'],
  ]);
}

function written(role: InitRole, flags: InitFlags, call: Call): Reply {
  const known = flags.of === undefined ? null : (KNOWN_ORIGINS[flags.of] ?? null);
  const answers = {
    name: flags.name ?? ownName(),
    contact: flags.contact ?? null,
    source: flags.source ?? null,
    of: known,
    data: flags.data === undefined ? null : resolve(flags.data),
    listen: flags.listen ?? null,
    certificate: flags.certificate === undefined ? null : resolve(flags.certificate),
    key: flags.key === undefined ? null : resolve(flags.key),
  };
  const { text, placeholders } = firstConfig(role, answers, explainOptions());
  const output = flags.output ?? call.globals.config;
  // A wrong --listen or --source is told here and not at the first start.
  const judged = readConfig(text, {});
  if (judged.kind === 'faults') return faultsReply(judged.faults, 'init');
  if (output === '-') return cleanReply({ file: null, text, placeholders }, text);
  writeConfig(output, text, flags.force ?? false);
  const edit = placeholders.length === 0 ? [] : [`Change before the first start: ${placeholders.join(', ')}.`];
  const cost = known === null ? [] : estimateLines(known);
  const words = [`Wrote ${output}.`, ...cost, ...edit, `Next: assay check-config --config ${output}`];
  return cleanReply({ file: output, text: null, placeholders }, words.join('\n'));
}

function ownName(): string {
  const name = hostname();
  return /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name) ? name : 'mirror.example.org';
}
