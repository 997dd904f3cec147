// The command line as a whole: which verbs there are, and what happens when it is used wrongly.

import { Command, CommanderError, Option } from 'commander';
import { addAlerts } from './alerts.ts';
import { addBackup, addRestore } from './backup.ts';
import { addCheck } from './check.ts';
import { addCheckConfig } from './check-config.ts';
import { addClientConfig } from './client-config.ts';
import { addCrawl } from './crawl.ts';
import { addDaemon } from './daemon.ts';
import { addDemo } from './demo.ts';
import type { Desk, Engine, Stop } from './desk.ts';
import { addDoctor } from './doctor.ts';
import { addEnroll } from './enroll.ts';
import { exitStatus } from './exit-status.ts';
import { EXIT_STATUSES, prose } from './help.ts';
import { addIncidents } from './incidents.ts';
import { addInit } from './init.ts';
import { addKeys } from './keys.ts';
import { addMirrors } from './mirrors.ts';
import { addOrigin } from './origin.ts';
import { type Io, printReply } from './output.ts';
import { addPause } from './pause.ts';
import { addPush } from './push.ts';
import { addQuarantine } from './quarantine.ts';
import { replyToError, usageReply } from './reply.ts';
import { addReport } from './report.ts';
import { addResume } from './resume.ts';
import { addSchema } from './schema.ts';
import { addStats } from './stats.ts';
import { addStatus } from './status.ts';
import { addSync } from './sync.ts';
import { addTakedown } from './takedown.ts';
import { addToken } from './token.ts';
import { addVerify } from './verify.ts';

const VERBS = [
  addDemo,
  addInit,
  addCheckConfig,
  addDoctor,
  addDaemon,
  addSync,
  addOrigin,
  addPush,
  addVerify,
  addKeys,
  addStatus,
  addStats,
  addReport,
  addEnroll,
  addMirrors,
  addQuarantine,
  addTakedown,
  addToken,
  addBackup,
  addRestore,
  addCrawl,
  addIncidents,
  addAlerts,
  addPause,
  addResume,
  addClientConfig,
  addCheck,
  addSchema,
];

const USAGE_STATUS = 2;

/** Runs one verb and gives its exit status. Whatever goes wrong becomes a status; writes through `io` alone. `argv` begins after the program's name. */
export async function run(
  argv: readonly string[],
  io: Io,
  engine: Engine,
  stop: Stop,
  version: string,
): Promise<number> {
  const desk: Desk = { io, engine, stop, exit: null };
  const startedAt = io.clock.now();
  const program = makeProgram(desk, version);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return desk.exit ?? USAGE_STATUS;
  } catch (error) {
    if (!(error instanceof CommanderError)) return surprise(error, io, startedAt);
    if (error.exitCode === 0) return 0;
    return wrongUsage(error, argv, program, io, startedAt);
  }
}

function makeProgram(desk: Desk, version: string): Command {
  const program = new Command('assay')
    .description(
      prose(
        `Runs a mirror of a Maven repository that nobody has to trust: every file is proved before it is published.`,
      ),
    )
    .version(version, '--version', 'print the version, the commit, and what it runs on')
    .option('--config <file>', 'configuration file', '/etc/assay/assay.yaml')
    .option('--json', 'one JSON object on standard output, everything for people on standard error', false)
    .addOption(
      new Option(
        '--log-level <level>',
        'what is logged on standard error (default: info for the daemon, else warn)',
      ).choices(['debug', 'info', 'warn', 'error', 'silent']),
    )
    .helpOption('--help', 'what it does, its options, its exit statuses, an example')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => desk.io.stdout.write(text),
      // Wrong usage is told once, in our own words, by wrongUsage.
      writeErr: () => {},
    })
    .exitOverride()
    .addHelpText('after', `\n${EXIT_STATUSES}\n\n\`assay VERB --help\` teaches each verb.\n`);
  for (const add of VERBS) add(program, desk);
  return program;
}

/** Only what goes wrong outside every verb comes here: a mistake of ours in the command line itself. */
function surprise(error: unknown, io: Io, startedAt: number): number {
  const reply = replyToError(error, 'debug');
  const exit = exitStatus(reply.outcomes);
  printReply(io, { verb: '', exit, startedAt, json: false, reply });
  return exit;
}

function wrongUsage(
  error: CommanderError,
  argv: readonly string[],
  program: Command,
  io: Io,
  startedAt: number,
): number {
  const nearest = nearestCommand(program, argv);
  const line = ['assay', ...nearest, '--help'].join(' ');
  const reply = usageReply(sentenceOf(error), `\`${line}\` tells how it is used.`);
  const json = argv.includes('--json');
  const inLines = nearest[0] === 'crawl';
  printReply(io, { verb: nearest.join(' '), exit: USAGE_STATUS, startedAt, json, inLines, reply });
  return USAGE_STATUS;
}

/** Commander says `error: unknown option '--x'`, with a suggestion on a line of its own; for a missing verb it has only the help. */
function sentenceOf(error: CommanderError): string {
  if (error.code === 'commander.help') return 'A verb is missing.';
  const words = error.message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .trim();
  const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return /[.?)]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** The words of `argv` that name a verb, as far as there is one. */
function nearestCommand(program: Command, argv: readonly string[]): string[] {
  const names: string[] = [];
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) continue;
    names.push(word);
    command = next;
  }
  return names;
}
