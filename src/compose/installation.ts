// The verbs, put together from their groups. What each does is in the file that its group comes from.

import { systemClock } from '../host/clock.ts';
import { makeLogger } from '../host/logger.ts';
import type { PassEvent } from '../mirror/pass/pass.ts';
import { daemonVerbs } from './daemon.ts';
import { demoVerbs } from './demo-mirror.ts';
import type { PassHost } from './pass-job.ts';
import { pauseVerbs } from './pausing.ts';
import { progressText } from './progress-text.ts';
import { quarantineVerbs } from './quarantining.ts';
import { statusVerbs } from './status.ts';
import { syncVerbs } from './sync.ts';
import { takedownVerbs } from './taking-down.ts';
import type { MakeVerbs } from './verbs.ts';

export const makeVerbs: MakeVerbs = ({ logLevel, progress }) => {
  const clock = systemClock;
  const onEvent = (event: PassEvent) => {
    const text = progressText(event);
    if (text !== null) progress?.(text);
  };
  const host: PassHost = { clock, logger: makeLogger(logLevel), onEvent };
  return {
    ...syncVerbs(host),
    ...statusVerbs(clock),
    ...quarantineVerbs(host),
    ...takedownVerbs(host),
    ...pauseVerbs(clock),
    ...daemonVerbs(host),
    ...demoVerbs(host),
  };
};
