import { existsSync } from 'node:fs';
import { DAY, HOUR, isoTime } from '../../host/clock.ts';
import { type Holder, lockHolder } from '../../host/lock.ts';
import { type Check, good, type Symptom, warning } from './symptom.ts';

/** Passes end by themselves long before. */
const LONG_MS = 2 * DAY;

/** Who holds the data directory. A dead holder leaves nothing behind: whoever is named here lives, and may be stuck. */
export function lockCheck(files: readonly string[], daemonFile: string, now: number): Check {
  return {
    name: 'lock',
    look() {
      const held = files.filter((file) => existsSync(file)).flatMap((file) => symptomOf(file, now));
      const daemon = existsSync(daemonFile) ? lockHolder(daemonFile) : null;
      const words = daemon === null ? 'No daemon runs.' : `The daemon runs: ${nameOf(daemon, now)}.`;
      return held.length > 0 ? held : [good(`${words} Nobody else holds the tree.`)];
    },
  };
}

function symptomOf(file: string, now: number): Symptom[] {
  const holder = lockHolder(file);
  if (holder === null) return [];
  const words = `${file} is held by ${nameOf(holder, now)}.`;
  if (now - Date.parse(holder.since) < LONG_MS) return [good(words)];
  return [
    warning(
      words,
      `Look whether process ${holder.pid} still does something, and end it if it does not: kill ${holder.pid}.`,
    ),
  ];
}

function nameOf({ pid, verb, since }: Holder, now: number): string {
  const hours = Math.max(0, (now - Date.parse(since)) / HOUR).toFixed(1);
  return `process ${pid} (${verb}, since ${isoTime(Date.parse(since))}, ${hours} hours)`;
}
