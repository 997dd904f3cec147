// What doctor asks the buckets of `push`: with our keys to list one object, and as a client for one that is not there.

import type { Config } from '../config/schema.ts';
import { ABSENCE_REMEDY, statusOfAbsent, wrongAbsence } from '../mirror/push/push.ts';
import { type Check, targetCheck } from '../setup/doctor.ts';
import type { PassHost } from './pass-job.ts';
import { askPublic, publicUrlOf } from './push-public.ts';
import { type BucketTarget, openStore, placeOf } from './push-target.ts';

export function targetChecks(config: Config, host: PassHost): Check[] {
  return config.push.flatMap((target) => (target.kind === 's3' ? [checkOf(config, target, host)] : []));
}

function checkOf(config: Config, target: BucketTarget, host: PassHost): Check {
  return targetCheck({
    name: target.name,
    place: placeOf(target, config),
    publicUrl: publicUrlOf(target, config),
    async listOne(signal) {
      using store = await openStore(target, host.clock);
      const page = await store.list({ prefix: target.prefix, count: 1 }, signal);
      return page.kind === 'page' ? null : page;
    },
    askForAbsent: (signal) => statusOfAbsent(askPublic(config, target, host), signal),
    wrongAbsence,
    absenceRemedy: ABSENCE_REMEDY,
  });
}
