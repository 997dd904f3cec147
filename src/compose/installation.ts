// The verbs, put together from their groups. What each does is in the file that its group comes from.

import { systemClock } from '../host/clock.ts';
import { makeLogger } from '../host/logger.ts';
import type { PassEvent } from '../mirror/pass/pass.ts';
import type { ScrubEvent } from '../mirror/scrub/scrub.ts';
import { backupVerbs } from './backing-up.ts';
import { statsVerbs } from './counting.ts';
import { daemonVerbs } from './daemon.ts';
import { demoVerbs } from './demo-mirror.ts';
import { pauseVerbs } from './pausing.ts';
import { progressText, scrubProgressText } from './progress-text.ts';
import { quarantineVerbs } from './quarantining.ts';
import { rebuildVerbs } from './rebuilding.ts';
import { type ScrubHost, verifyVerbs } from './scrubbing.ts';
import { statusVerbs } from './status.ts';
import { syncVerbs } from './sync.ts';
import { takedownVerbs } from './taking-down.ts';
import { tokenVerbs } from './tokens.ts';
import type { MakeVerbs } from './verbs.ts';

export const makeVerbs: MakeVerbs = ({ logLevel, progress }) => {
  const clock = systemClock;
  const onEvent = (event: PassEvent) => {
    const text = progressText(event);
    if (text !== null) progress?.(text);
  };
  const onScrub = (event: ScrubEvent) => progress?.(scrubProgressText(event));
  const host: ScrubHost = { clock, logger: makeLogger(logLevel), onEvent, onScrub };
  return {
    ...syncVerbs(host),
    ...statusVerbs(clock),
    ...quarantineVerbs(host),
    ...takedownVerbs(host),
    ...verifyVerbs(host),
    ...rebuildVerbs(host),
    ...backupVerbs(host),
    ...pauseVerbs(clock),
    ...statsVerbs(host),
    ...tokenVerbs(clock),
    ...daemonVerbs(host),
    ...demoVerbs(host),
  };
};
