// A program: a scrub, and the repair after it if that is wanted, that kills itself at a named step of a publication. Its one argument is a
// ScrubOrder in JSON. It says `began` when the work begins, so that somebody else can kill it at any other moment.

import { join } from 'node:path';
import { mendOnce, scrubOnce } from '../../src/compose/scrubbing.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/host/clock.ts';
import type { Logger } from '../../src/host/logger.ts';
import type { KillOrder } from './kill-pass.ts';

export interface ScrubOrder {
  readonly configFile: string;
  readonly isRepair: boolean;
  readonly at: KillOrder['at'];
}

if (import.meta.main) await scrubWithDeath(JSON.parse(process.argv[2] ?? 'null') as ScrubOrder);

async function scrubWithDeath(order: ScrubOrder): Promise<void> {
  const loaded = loadConfig(order.configFile, {});
  if (loaded.kind === 'faults') throw new Error(JSON.stringify(loaded.faults));
  const { config } = loaded;
  const host = {
    clock: systemClock,
    logger: dyingLogger(order.at),
    onEvent: () => undefined,
    onScrub: () => undefined,
  };
  const options = { repair: order.isRepair, anew: false, mibPerSecond: 0, waitSeconds: 0 };
  const signal = new AbortController().signal;
  process.stdout.write('began\n');
  if (order.isRepair) await mendOnce(config, options, join(config.data, 'quarantine/foreign/killed'), host, signal);
  else await scrubOnce(config, options, host, signal);
  process.stdout.write('ended\n');
}

/** Each step of a publication is a line of the debug log. */
function dyingLogger(at: ScrubOrder['at']): Logger {
  let seen = 0;
  const quiet = () => undefined;
  const debug = (fields: { readonly step?: string }) => {
    if (at === null || fields.step !== at.step) return;
    seen += 1;
    if (seen === at.nth) process.kill(process.pid, 'SIGKILL');
  };
  const logger = { debug, info: quiet, warn: quiet, error: quiet, child: () => logger };
  return logger as unknown as Logger;
}
