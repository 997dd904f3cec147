import { type Command, Option } from 'commander';
import type { Verbs } from '../compose/verbs.ts';
import { faultText } from '../config/fault.ts';
import { loadConfig } from '../config/load.ts';
import type { OpenMirror, tellDemo } from '../demo/story.ts';
import { CodedError } from '../host/error.ts';
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
  const host = { io, clock, openMirror: mirrorOf(verbs) };
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

/** The demo's mirror reads its file as any mirror does, but for the environment: that belongs to the machine's own installation. */
function mirrorOf(verbs: Verbs): OpenMirror {
  return (request, signal) => {
    const loaded = loadConfig(request.configFile, {});
    if (loaded.kind === 'config') return verbs.openMirror(loaded.config, request, signal);
    const faults = loaded.faults.map((fault) => faultText(fault, request.configFile)).join('; ');
    throw new CodedError('demo-config', `The configuration that the demo wrote has faults: ${faults}.`);
  };
}
