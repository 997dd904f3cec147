// Processor time, which says what a piece of work costs even while others keep the machine busy.

import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Seconds that a process and those of its children that have ended were at work. proc(5) stat: utime, stime, cutime, cstime. */
export function secondsOf(pid: number): number {
  const fields = statOf(String(pid));
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15).map(Number);
  return (user + system + childrenUser + childrenSystem) / TICKS_PER_SECOND;
}

/** Seconds that all processors together were at work since the machine was started, by whomever. */
export function secondsOfMachine(): number {
  const line = readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '';
  const [, user = 0, nice = 0, system = 0, , , , , steal = 0] = line.split(/ +/).map(Number);
  return (user + nice + system + steal) / TICKS_PER_SECOND;
}

/** Our own child whose command line holds `word`. */
export function childWith(word: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (statOf(pid)[1] === String(process.pid) && readIfThere(`/proc/${pid}/cmdline`).includes(word))
      return Number(pid);
  }
  throw new Error(`no process of ours was started with ${word}`);
}

/** The fields after the name, which may hold blanks: the first is the state, the second the parent. */
function statOf(pid: string): string[] {
  return readIfThere(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // A process that has ended meanwhile is none of ours.
    return '';
  }
}
