// The verbs, put together from their groups. What each does is in the file that its group comes from.

import { systemClock } from '../host/clock.ts';
import { makeLogger } from '../host/logger.ts';
import type { PassEvent } from '../mirror/pass/pass.ts';
import type { PushEvent } from '../mirror/push/push.ts';
import type { ScrubEvent } from '../mirror/scrub/scrub.ts';
import type { RoundEvent } from '../watch/crawl/round.ts';
import { backupVerbs } from './backing-up.ts';
import { checkVerbs } from './checking.ts';
import { clientVerbs } from './clients.ts';
import { statsVerbs } from './counting.ts';
import { crawlVerbs } from './crawling.ts';
import { daemonVerbs } from './daemon.ts';
import { demoVerbs } from './demo-mirror.ts';
import { doctorVerbs } from './doctoring.ts';
import { enrollVerbs } from './enrolling.ts';
import { incidentVerbs } from './incidenting.ts';
import type { JobHost } from './jobs.ts';
import { keyVerbs } from './keys.ts';
import { mirrorsVerbs } from './mirrors.ts';
import { driftVerbs } from './origin-drift.ts';
import { outlookVerbs } from './outlook.ts';
import { pauseVerbs } from './pausing.ts';
import { primaryVerbs } from './primary.ts';
import { crawlProgressText, progressText, pushProgressText, scrubProgressText } from './progress-text.ts';
import { pushVerbs } from './pushing.ts';
import { quarantineVerbs } from './quarantining.ts';
import { rebuildVerbs } from './rebuilding.ts';
import { reportVerbs } from './reporting.ts';
import { verifyVerbs } from './scrubbing.ts';
import { signatureVerbs } from './signatures.ts';
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
  const onPush = (event: PushEvent) => progress?.(pushProgressText(event));
  const onCrawl = (event: RoundEvent) => {
    const text = crawlProgressText(event);
    if (text !== null) progress?.(text);
  };
  const host: JobHost = { clock, logger: makeLogger(logLevel), onEvent, onScrub, onPush };
  return {
    ...syncVerbs(host),
    ...driftVerbs(host),
    ...statusVerbs(clock),
    ...quarantineVerbs(host),
    ...takedownVerbs(host),
    ...verifyVerbs(host),
    ...rebuildVerbs(host),
    ...signatureVerbs(host),
    ...keyVerbs(host),
    ...backupVerbs(host),
    ...doctorVerbs(host),
    ...crawlVerbs({ ...host, onCrawl }),
    ...incidentVerbs(host),
    ...outlookVerbs(),
    ...pauseVerbs(clock),
    ...statsVerbs(host),
    ...pushVerbs(host),
    ...tokenVerbs(clock),
    ...clientVerbs(clock),
    ...checkVerbs(clock, (line) => progress?.(line)),
    ...reportVerbs(host),
    ...enrollVerbs(clock),
    ...primaryVerbs(host),
    ...mirrorsVerbs(clock),
    ...daemonVerbs(host),
    ...demoVerbs({ ...host, onCrawl }),
  };
};
