import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  type Artifact,
  configure,
  type ReadWish,
  readWish,
  settingsPath,
  type Target,
  TOOLS,
  type Tool,
  undo,
  WORD,
} from '../client/settings.ts';
import type { ClientConfigResult } from '../config/shape/client.ts';
import { parseCoordinates } from '../maven/coordinates.ts';
import { configuredReply, configuredResult, restoredReply, triedResult, withTrial } from './client-config-text.ts';
import { answer, type Call, type Desk } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { type Reply, usageReply } from './reply.ts';

interface Flags {
  readonly mirror?: readonly string[];
  readonly mode: 'prefer' | 'outage' | 'restore';
  readonly repository?: readonly string[];
  readonly ca?: string;
  readonly file?: string;
  readonly write?: boolean;
  readonly check?: boolean;
  readonly artifact?: string;
}

export function addClientConfig(program: Command, desk: Desk): void {
  const command = program
    .command('client-config <tool>')
    .summary('settings that make a build tool use a mirror')
    .description(
      prose(`Prints a complete, commented settings file for TOOL (${TOOLS.join(', ')}), or with --write works it into the
        file that the tool reads: what else stands there stays, a copy is kept first. Needs no configuration file and no
        daemon. Sums must fit where the tool has such a policy; deployment stays where it is.`),
    )
    .option('--mirror <url>', 'base URL of a mirror; again for the next one to ask', collected)
    .addOption(
      new Option('--mode <mode>', 'prefer: mirrors first, then the origin; outage: mirrors alone; restore: undo')
        .choices(['prefer', 'outage', 'restore'])
        .default('prefer'),
    )
    .option('--repository <id>', 'clojars, central, another ID or ID=URL; again for more (default: clojars)', collected)
    .option('--ca <file>', "PEM file of a private certificate authority that the mirror's certificate is from")
    .option('--write', 'change the file, not only print it')
    .option('--file <file>', 'the file to change, in place of the one that the tool reads')
    .option('--check', 'fetch one artifact through the mirror with the tool itself, in an empty folder')
    .option(
      '--artifact <coordinates>',
      'what --check fetches, GROUP:ARTIFACT:VERSION (default: something small that the mirror has)',
    )
    .action((tool: string, flags: Flags, self: Command) =>
      answer(desk, self, (call) => {
        if (!isTool(tool)) return usageReply(`There is no tool "${tool}".`, `Known: ${TOOLS.join(', ')}.`);
        return flags.mode === 'restore' ? restored(tool, flags, call) : configured(desk, tool, flags, call);
      }),
    );
  teach(command, EXIT_STATUSES, [
    ['the origin is down', 'assay client-config leiningen --mirror https://mirror.example.org/ --mode outage --write'],
    ['it is up again', 'assay client-config leiningen --mode restore --write'],
    [
      'two mirrors, for Maven, to be copied',
      'assay client-config maven --mirror https://a.example.org/ --mirror https://b.example.org/',
    ],
    ['does it work?', 'assay client-config maven --mirror https://mirror.example.org/ --check'],
  ]);
}

async function configured(desk: Desk, tool: Tool, flags: Flags, call: Call): Promise<Reply> {
  const read = wishOf(flags);
  if (read.kind === 'fault') return usageReply(read.sentence, read.remedy);
  const artifact = artifactOf(flags.artifact);
  if (artifact === 'fault') {
    return usageReply('That is no artifact.', 'Name one that the mirror has: --artifact GROUP:ARTIFACT:VERSION.');
  }
  const target = flags.write || flags.file !== undefined ? targetOf(tool, flags, call) : null;
  const done = configure(tool, read.wish, target, call.startedAt);
  if (done.kind === 'fault') return usageReply(done.sentence, done.remedy);
  const reply = configuredReply(done, configuredResult(tool, read.wish, done));
  if (!flags.check || done.kind === 'unsafe') return reply;
  const verbs = await desk.engine({ logLevel: call.globals.logLevel ?? 'warn', progress: null });
  const tried = await verbs.tryClient({ tool, wish: read.wish, artifact, env: call.io.env }, call.signal);
  return withTrial(reply, done, triedResult(tried));
}

function wishOf(flags: Flags): ReadWish {
  const repositories = (flags.repository ?? ['clojars']).flatMap((each) => each.split(',')).map((each) => each.trim());
  return readWish({
    mirrors: flags.mirror ?? [],
    repositories,
    mode: flags.mode === 'outage' ? 'outage' : 'prefer',
    certificateFile: flags.ca === undefined ? null : resolve(flags.ca),
  });
}

function targetOf(tool: Tool, flags: Flags, call: Call): Target {
  const path = flags.file === undefined ? settingsPath(tool, call.io.env) : resolve(flags.file);
  return { path, write: flags.write ?? false };
}

/** Null where none is named. */
function artifactOf(text: string | undefined): Artifact | null | 'fault' {
  if (text === undefined) return null;
  const named = parseCoordinates(text);
  if (named.kind !== 'coordinates' || named.version === null) return 'fault';
  const { group, artifact, version } = named;
  return [group, artifact, version].every((word) => WORD.test(word)) ? { group, artifact, version } : 'fault';
}

function restored(tool: Tool, flags: Flags, call: Call): Reply {
  const target = targetOf(tool, flags, call);
  const done = undo(tool, target);
  const result: ClientConfigResult = {
    tool,
    mode: 'restore',
    mirrors: [],
    repositories: [],
    file: done.path,
    text: done.kind === 'restored' ? done.text : null,
    written: done.kind === 'restored' && done.done,
    backup: null,
    tried: null,
  };
  return restoredReply(done, result);
}

function isTool(text: string): text is Tool {
  return (TOOLS as readonly string[]).includes(text);
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
