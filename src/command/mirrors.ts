import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { answer, type Call, type Desk } from './desk.ts';
import { EXIT_STATUSES, prose, teach } from './help.ts';
import { mirrorsText } from './mirrors-text.ts';
import { faultsReply, type Reply, replyWith } from './reply.ts';

interface MirrorsFlags {
  readonly from?: string;
  readonly measure?: boolean;
  readonly key?: string;
}

export function addMirrors(program: Command, desk: Desk): void {
  const command = program
    .command('mirrors')
    .summary('who has a copy, how fresh and how healthy, by the signed list')
    .description(
      prose(`Shows the list of mirrors that a primary signs and every mirror carries. --from takes it from a URL or a file,
        proves it by the primary's key, and remembers it; when it cannot be had, or is not good, the last good one is
        shown. Needs no configuration.`),
    )
    .option('--from <url|file>', 'https://HOST/-/mirrors.json of the primary, or of any mirror that carries it')
    .option('--measure', 'also ask each mirror, and tell how long it takes to answer')
    .option('--key <base64>', 'public key of the primary; otherwise the key of the first list is remembered', parseKey)
    .action((flags: MirrorsFlags, self: Command) => answer(desk, self, (call) => list(flags, desk, call)));
  teach(command, EXIT_STATUSES, [
    ['which mirror is good for me?', 'assay mirrors --from https://primary.example.org/-/mirrors.json --measure'],
    ['while the primary is down', 'assay mirrors --from https://mirror.example.org/.meta/assay/mirrors.json'],
  ]);
}

async function list(flags: MirrorsFlags, desk: Desk, call: Call): Promise<Reply> {
  const file = call.globals.config;
  const loaded = existsSync(file) ? loadConfig(file, desk.io.env) : null;
  if (loaded?.kind === 'faults') return faultsReply(loaded.faults, file);
  const verbs = await desk.engine({ logLevel: call.globals.logLevel ?? 'warn', progress: null });
  const request = {
    from: flags.from ?? null,
    measure: flags.measure ?? false,
    key: flags.key ?? null,
    memory: memoryOf(desk.io.env),
  };
  const done = await verbs.mirrors(loaded?.config ?? null, request, call.signal);
  return replyWith(done, mirrorsText(done.result, flags.measure ?? false, call.startedAt));
}

/** Where the last good list of somebody without an installation is kept. */
function memoryOf(env: Readonly<Record<string, string | undefined>>): string {
  return join(env.XDG_CACHE_HOME ?? join(env.HOME ?? homedir(), '.cache'), 'assay', 'mirrors.json');
}

function parseKey(text: string): string {
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return text;
  throw new InvalidArgumentError('It takes the base64 of the 32 bytes of an Ed25519 public key.');
}
