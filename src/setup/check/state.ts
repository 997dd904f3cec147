import { DAY, isoTime } from '../../host/clock.ts';
import { CodedError } from '../../host/error.ts';
import { type Check, fault, good, unknown, warning } from './symptom.ts';

/** Handed in: opens the database, and gives what SQLite finds wrong with it, `ok` when nothing. */
export function stateCheck(examine: () => string): Check {
  return {
    name: 'database',
    look() {
      try {
        const found = examine();
        if (found === 'ok') return [good('The database is whole, and of this version.')];
        return [
          fault(
            `The database is damaged: ${found}.`,
            'Stop the daemon, then `assay restore FILE`, or `assay verify --rebuild`.',
          ),
        ];
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        if (error.code === 'no-data') return [unknown('There is no database yet: the first pass makes it.')];
        return [fault(error.message, error.remedy ?? 'Look at the data directory.')];
      }
    },
  };
}

/** How old the tree is. An origin that is down is no fault of this machine, and shows elsewhere. */
export function passCheck(lastSuccess: () => number | null, now: number): Check {
  return {
    name: 'last pass',
    look() {
      const at = lastSuccess();
      if (at === null) return [unknown('No pass has come to a good end yet.', 'assay sync')];
      if (now - at > 2 * DAY)
        return [
          warning(
            `The last good pass began ${isoTime(at)}.`,
            '`assay status` tells why the later ones came to nothing.',
          ),
        ];
      return [good(`The last good pass began ${isoTime(at)}.`)];
    },
  };
}

const SCRUB_EVERY_MS = 35 * DAY;

/** Whether the tree was read again lately, and what is damaged in it. */
export function scrubCheck(
  scrubs: () => { readonly lastEndedAt: number | null; readonly withheld: number; readonly firstPassAt: number | null },
  now: number,
): Check {
  return {
    name: 'scrub',
    look() {
      const { lastEndedAt, withheld, firstPassAt } = scrubs();
      if (withheld > 0)
        return [fault(`${withheld} published files are damaged, and answered 403.`, 'assay verify --repair')];
      const since = lastEndedAt ?? firstPassAt;
      if (since !== null && now - since > SCRUB_EVERY_MS)
        return [
          warning(
            `The tree was not read again since ${isoTime(since)}: bit-rot shows nowhere else.`,
            'assay verify, or verify.scrub_schedule',
          ),
        ];
      return [
        lastEndedAt === null
          ? unknown('The tree was not read again yet.')
          : good(`The whole tree was read again on ${isoTime(lastEndedAt)}.`),
      ];
    },
  };
}
