// Those who read and judge files, kept ready between pieces of work that are too short to start them each time.

import { availableParallelism } from 'node:os';
import type { Config } from '../config/schema.ts';
import { MINUTE } from '../host/clock.ts';
import { type Digesters, startDigesters } from '../mirror/verify/digest.ts';
import type { Signing } from '../mirror/verify/signature.ts';
import { keysOf, type PassHost } from './pass-job.ts';
import type { Rooms } from './rooms.ts';
import { openSigning } from './signing.ts';

export interface GateCrew extends AsyncDisposable {
  /** Throws what `openSigning` throws. Not to be called again before the work with the answer is done. */
  ready(signal: AbortSignal): Promise<Ready>;
}

interface Ready {
  readonly digesters: Digesters;
  readonly signing: Signing | null;
}

/** A keyring that was changed is taken up after so long. */
const FRESH_MS = 10 * MINUTE;

export function openGateCrew(config: Config, rooms: Rooms, host: PassHost): GateCrew {
  let crew: (Ready & { readonly at: number }) | null = null;
  const end = async () => {
    await crew?.digesters.close();
    crew = null;
  };
  return {
    async ready(signal) {
      const now = host.clock.now();
      if (crew !== null && now >= crew.at && now - crew.at < FRESH_MS) return crew;
      await end();
      const logger = host.logger.child({ room: 'verify' });
      const signing = await openSigning(config, rooms.signatures, now, logger, signal);
      crew = { digesters: startDigesters(Math.min(2, availableParallelism()), keysOf(signing)), signing, at: now };
      return crew;
    },
    [Symbol.asyncDispose]: end,
  };
}
