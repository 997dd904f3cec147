// What `--help` teaches beyond the options: how a verb ends, and how it is used.

import { type Command, InvalidArgumentError } from 'commander';
import { parseDay } from '../stats/tally.ts';
import { parseMoment } from './moment.ts';

export const EXIT_STATUSES = `Exit status:
  0  done and clean
  1  done, and a trouble stands that nobody has acknowledged
  2  wrong usage, or the configuration has faults
  3  could not be done: network, disk, source, or busy
  4  refused by a guard; \`--plan\` of the same verb shows what it would have done
  130 and 143 after SIGINT and SIGTERM; \`daemon\` and \`demo\` end with 0 then.`;

/** Examples as they are typed, each after what it is for. */
export function teach(command: Command, statuses: string, examples: readonly (readonly [string, string])[]): Command {
  const lines = examples.map(([purpose, line]) => `  # ${purpose}\n  ${line}`);
  return command.addHelpText('after', `\n${statuses}\n\nExamples:\n${lines.join('\n')}\n`);
}

/** A paragraph that is broken in the source; the help is wrapped again to the width of the terminal. */
export function prose(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || seconds > 86_400) {
    throw new InvalidArgumentError('It takes seconds, 0 to 86400.');
  }
  return seconds;
}

export function parseDigest(text: string): string {
  if (!/^[0-9a-fA-F]{64}$/.test(text)) {
    throw new InvalidArgumentError('It takes the plan_sha256 that `--plan` prints: 64 hexadecimal digits.');
  }
  return text.toLowerCase();
}

/** Epoch milliseconds of a moment that is still to come. */
export function parseFuture(text: string, now: number): number {
  const at = parseMoment(text, now);
  if (at === null)
    throw new InvalidArgumentError('It takes a time such as 2026-11-21T06:00Z, or 90m, 2h, 3d from now.');
  if (at <= now) throw new InvalidArgumentError('That time has gone by.');
  return at;
}

/** A day in UTC as the number that the counts know it by. */
export function parseDayNumber(text: string): number {
  const day = parseDay(text);
  if (day === null) throw new InvalidArgumentError('It takes a day such as 2026-11-21 (UTC).');
  return day;
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,6}$/.test(text) || count === 0) throw new InvalidArgumentError('It takes a whole number from 1 up.');
  return count;
}
