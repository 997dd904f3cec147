// A program: one real pass, put together as `compose/pass-job` does it, that kills itself at a named step of a publication. Its one argument is
// a KillOrder in JSON. It says `began` when the pass begins, so that somebody else can kill it at any other moment, and `ended` when it lives.

import { type PassHost, passOptions, passRoom, withTree } from '../../src/compose/pass-job.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/host/clock.ts';
import { makeLogger } from '../../src/host/logger.ts';
import { runPass } from '../../src/mirror/pass/pass.ts';
import type { PublishStep } from '../../src/mirror/publish/publish.ts';

export interface KillOrder {
  readonly configFile: string;
  readonly acceptPlan: string | null;
  /** Null: it lives. Otherwise it dies when the step is reached for the `nth` time, counted from 1. */
  readonly at: { readonly step: PublishStep; readonly nth: number } | null;
}

if (import.meta.main) await passWithDeath(JSON.parse(process.argv[2] ?? 'null') as KillOrder);

async function passWithDeath(order: KillOrder): Promise<void> {
  const loaded = loadConfig(order.configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  const { config } = loaded;
  const source = config.source[0];
  if (source === undefined) throw new Error('no source');
  const host: PassHost = { clock: systemClock, logger: makeLogger('error'), onEvent: () => undefined };
  const signal = new AbortController().signal;
  await withTree(config, 'sync', 0, host, signal, async (rooms, digesters) => {
    const room = passRoom(config, source, rooms, digesters, host);
    const publishing = { ...room.publishing, onStep: dieAt(order.at) };
    const request = { verb: 'sync', waitSeconds: 0, acceptPlan: order.acceptPlan, seed: null, keepsWindow: false };
    process.stdout.write('began\n');
    await runPass(passOptions(config, source, request, host.clock.now()), { ...room, publishing }, signal);
  });
  process.stdout.write('ended\n');
}

function dieAt(at: KillOrder['at']): (step: PublishStep) => void {
  let seen = 0;
  return (step) => {
    if (step !== at?.step) return;
    seen += 1;
    if (seen === at.nth) process.kill(process.pid, 'SIGKILL');
  };
}
