import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { readWish } from '../client/settings.ts';
import { checkText } from './check-text.ts';
import { answer, type Call, type Desk, shownProgress } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { type Reply, replyWith, usageReply } from './reply.ts';

interface Flags {
  readonly against?: readonly string[];
  readonly repository?: readonly string[];
  readonly key?: readonly string[];
  readonly ca?: string;
  readonly byPath?: boolean;
  readonly report?: boolean;
  readonly tokenFile?: string;
}

export function addCheck(program: Command, desk: Desk): void {
  const command = program
    .command('check [folder]')
    .summary('compare what a build tool was given with what the primary and other mirrors publish')
    .description(
      prose(`Compares the files of a local Maven repository (default: ~/.m2/repository) with signed inventories: of the primary,
        named first, and of other mirrors. It looks only at what \`_remote.repositories\` says to have come from the chosen
        repositories. The inventories are read whole, so that nobody learns what you build. Names what differs (status 1),
        what nobody publishes, and what one alone claims. Needs no configuration file and no daemon.`),
    )
    .option('--against <url...>', 'installations of assay, the primary first')
    .option('--repository <id>', 'clojars, central or another ID; again for more (default: clojars)', collected)
    .option('--key <base64>', 'public key that must have signed the inventories; again for more', parseKey)
    .option('--ca <file>', 'PEM file of a private certificate authority')
    .option('--by-path', 'ask for each path by its name: a few requests, and whoever is asked learns what you build')
    .option('--report', 'send what differs to the primary')
    .option('--token-file <file>', 'file with the token that --report shows')
    .action((folder: string | undefined, flags: Flags, self: Command) =>
      answer(desk, self, (call) => checked(desk, folder, flags, call)),
    );
  teach(command, EXIT_STATUSES, [
    [
      'was I given what everybody has?',
      'assay check --against https://primary.example.org/ --against https://mirror.example.org/',
    ],
    [
      'everything from Maven Central too',
      'assay check --repository clojars,central --against https://primary.example.org/',
    ],
  ]);
}

async function checked(desk: Desk, named: string | undefined, flags: Flags, call: Call): Promise<Reply> {
  const { folder, against } = sorted(named, flags.against ?? []);
  const repositories = (flags.repository ?? ['clojars']).flatMap((each) => each.split(',')).map((each) => each.trim());
  if (against.length === 0) {
    return usageReply(
      'There is nothing to check against.',
      'Name the primary: --against https://primary.example.org/.',
    );
  }
  const wrong = against.find((url) => !isAddress(url));
  if (wrong !== undefined) return usageReply(`${JSON.stringify(wrong)} is no address.`, 'Expected https://HOST/.');
  // The same rules of what a repository is.
  const read = readWish({ mirrors: ['https://localhost/'], repositories, mode: 'outage', certificateFile: null });
  if (read.kind === 'fault') return usageReply(read.sentence, read.remedy);
  if (flags.report && flags.tokenFile === undefined) {
    return usageReply(
      '--report needs a token.',
      'The maintainers of the primary make one: `assay token add NAME --scope evidence`; then --token-file FILE.',
    );
  }
  using progress = shownProgress(call.io, call.globals);
  const verbs = await desk.engine({ logLevel: call.globals.logLevel ?? 'warn', progress: progress?.show ?? null });
  const request = {
    folder: folder === undefined ? join(call.io.env.HOME ?? homedir(), '.m2', 'repository') : resolve(folder),
    repositories,
    against: [...new Set(against.map((url) => new URL(url).href))],
    keys: flags.key ?? [],
    caFile: flags.ca === undefined ? null : resolve(flags.ca),
    byPath: flags.byPath ?? false,
    tokenFile: flags.report && flags.tokenFile !== undefined ? resolve(flags.tokenFile) : null,
  };
  const done = await verbs.check(request, call.signal);
  return replyWith(done, checkText(done.result));
}

/** A folder that stands behind the addresses is taken for one of them by who reads the command line. */
function sorted(folder: string | undefined, words: readonly string[]) {
  const last = words.at(-1);
  if (folder !== undefined || last === undefined || words.length === 1 || isAddress(last))
    return { folder, against: words };
  return { folder: last, against: words.slice(0, -1) };
}

function isAddress(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '');
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function parseKey(text: string, before: readonly string[] = []): readonly string[] {
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return [...before, text];
  throw new InvalidArgumentError('It takes the base64 of the 32 bytes of an Ed25519 public key.');
}
