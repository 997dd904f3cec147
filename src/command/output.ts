// The one place where verbs write: with --json one object on standard output and everything for people on standard error.

import type { Problem } from '../config/shape/envelope.ts';
import { type Clock, isoTime } from '../host/clock.ts';
import type { Reply } from './reply.ts';
import { withoutControls } from './text.ts';

export interface Stream {
  /** False: whoever reads is behind, and `drain` tells when there is room again. */
  write(text: string): unknown;
  once?(event: 'drain' | 'close', listener: () => void): unknown;
  readonly isTTY?: boolean;
}

/** What a run of the program sees of the world. */
export interface Io {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

export interface Ended {
  readonly verb: string;
  readonly exit: number;
  readonly startedAt: number;
  readonly json: boolean;
  /** The verb has printed JSON Lines: the envelope is the last of them, of the kind `summary`. */
  readonly inLines?: boolean;
  readonly reply: Reply;
}

/** Prints what a verb has to say: the result on standard output, the problems on standard error. */
export function printReply(io: Io, ended: Ended): void {
  const { reply, json } = ended;
  if (json) io.stdout.write(`${JSON.stringify(envelope(ended, io.clock.now()))}\n`);
  if (reply.text !== '') (json ? io.stderr : io.stdout).write(endLine(reply.text));
  for (const problem of reply.problems) io.stderr.write(problemText(problem));
}

/** One line of JSON, now. Resolves when the reader has room for more: a slow one must not fill our memory. */
export async function printLine(stream: Stream, line: object): Promise<void> {
  if (stream.write(`${JSON.stringify(line)}\n`) !== false || stream.once === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.once('drain', resolve);
  // Whoever reads is gone: what is written then is thrown away, and the verb ends as it would.
  stream.once('close', resolve);
  await promise;
}

function envelope(ended: Ended, now: number): Record<string, unknown> {
  return {
    ...(ended.inLines === true ? { kind: 'summary' } : {}),
    assay: 1,
    verb: ended.verb,
    exit: ended.exit,
    started_at: isoTime(ended.startedAt),
    ended_at: isoTime(now),
    result: ended.reply.result,
    problems: ended.reply.problems,
  };
}

function problemText(problem: Problem): string {
  const remedy = problem.remedy === null ? '' : `  ${withoutControls(problem.remedy)}\n`;
  return `assay: ${withoutControls(problem.sentence)}\n${remedy}`;
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
