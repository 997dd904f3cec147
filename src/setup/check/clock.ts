import { DAY, isoTime, MINUTE, SECOND } from '../../host/clock.ts';
import { linesOf } from './program.ts';
import { type Check, fault, good, type Symptom, unknown, warning } from './symptom.ts';

export interface ClockFacts {
  readonly now: number;
  /** Nothing that runs here is older than this: the commit of the release, the newest pass. */
  readonly notBefore: readonly { readonly what: string; readonly at: number }[];
  /** Another machine's time, of one that was just asked; null where there is none to ask. */
  askElsewhere(signal: AbortSignal): Promise<{ readonly who: string; readonly offsetMs: number } | null>;
}

/** An HTTP date has whole seconds, and an answer takes a while. */
const TOLERANCE_MS = 5 * SECOND;
const BAD_MS = 5 * MINUTE;

/** What of the time can be known: that it is not before what has happened, what another machine says, and whether anybody keeps it right. */
export function clockCheck(facts: ClockFacts): Check {
  return {
    name: 'clock',
    async look(signal) {
      const early = facts.notBefore.find(({ at }) => facts.now < at - MINUTE);
      if (early !== undefined)
        return [fault(`It is ${isoTime(facts.now)} here, before ${early.what} (${isoTime(early.at)}).`, SET)];
      const elsewhere = await facts.askElsewhere(signal);
      const offset = elsewhere === null ? [] : offsetOf(elsewhere.who, elsewhere.offsetMs);
      const kept = await keeperOf(signal);
      const bad = [...offset, ...kept].filter(({ state }) => state === 'fault' || state === 'warning');
      return bad.length > 0 ? bad : [...offset, ...kept].slice(0, 1);
    },
  };
}

const SET = 'Set the clock, and let it be kept: `timedatectl set-ntp true`, or chrony.';

function offsetOf(who: string, offsetMs: number): Symptom[] {
  const seconds = Math.round(Math.abs(offsetMs) / SECOND);
  if (Math.abs(offsetMs) <= TOLERANCE_MS) return [good(`Within ${TOLERANCE_MS / SECOND} seconds of ${who}.`)];
  const words = `${seconds > 2 * (DAY / SECOND) ? `${Math.round(seconds / (DAY / SECOND))} days` : `${seconds} seconds`} ${offsetMs > 0 ? 'ahead of' : 'behind'} ${who}`;
  return [Math.abs(offsetMs) > BAD_MS ? fault(`The clock is ${words}.`, SET) : warning(`The clock is ${words}.`, SET)];
}

/** systemd knows whether the kernel's clock is disciplined, by whomever. */
async function keeperOf(signal: AbortSignal): Promise<Symptom[]> {
  const lines = await linesOf('timedatectl', ['show', '--property=NTPSynchronized', '--value'], signal);
  if (lines === null)
    return [unknown('Nobody was found to ask whether the clock is right: no systemd here, and no HTTPS origin.')];
  if (lines[0] === 'yes') return [good('The clock is synchronised.')];
  return [warning('Nobody keeps the clock right.', SET)];
}
