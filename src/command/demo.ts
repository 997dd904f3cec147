import { type Command, Option } from 'commander';
import type { tellDemo } from '../demo/story.ts';
import { answer, type Call, type Desk } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import type { Reply } from './reply.ts';

interface DemoFlags {
  readonly story: 'mirror' | 'clojars';
  readonly once?: boolean;
}

export function addDemo(program: Command, desk: Desk): void {
  const command = program
    .command('demo')
    .summary('a whole mirror on this machine, with an origin that misbehaves')
    .description(
      prose(`Makes a repository, exports it with a real rsync daemon, mirrors it and serves it over HTTPS, on loopback
        alone; then the origin changes in ways a mirror must not believe. Needs no configuration. Ends on Ctrl-C and
        leaves nothing.`),
    )
    .option(
      '--once',
      'run the story to its end instead of waiting for Ctrl-C; 0 when what was found equals what was planted',
    )
    .addOption(
      new Option('--story <name>', '`clojars`: a twin of Clojars (bucket, CDN, feeds), and the loss of each')
        .choices(['mirror', 'clojars'])
        .default('mirror'),
    )
    .action((flags: DemoFlags, self: Command) => answer(desk, self, (call) => told(flags, desk, call)));
  teach(command, EXIT_STATUSES, [
    ['see it work', 'assay demo'],
    ['as a check of this machine', 'assay demo --once --json'],
    ['how a mirror of Clojars lives', 'assay demo --story clojars'],
  ]);
}

async function told(flags: DemoFlags, desk: Desk, call: Call): Promise<Reply> {
  const verbs = await desk.engine({ logLevel: call.globals.logLevel ?? 'error', progress: null });
  const { stdout, stderr, clock } = call.io;
  const io = {
    out: (text: string) => void stdout.write(text),
    err: (text: string) => void stderr.write(text),
    isTerminal: stderr.isTTY === true,
  };
  const once = flags.once ?? false;
  const host = { io, clock, openMirror: verbs.openMirror };
  const options = { once, json: call.globals.json };
  const result = await tell(flags.story, options, host, call.signal);
  const isTrouble = once && !result.clean;
  return { result, problems: [], outcomes: [isTrouble ? 'trouble' : 'clean'], text: '' };
}

/** A story is loaded when it is told. */
async function tell(story: DemoFlags['story'], ...[options, host, signal]: Parameters<typeof tellDemo>) {
  const stories = await import('../demo/story.ts');
  return await (story === 'clojars' ? stories.tellClojars : stories.tellDemo)(options, host, signal);
}
