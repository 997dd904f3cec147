import { runChild } from '../../host/child.ts';
import { SECOND } from '../../host/clock.ts';
import { CodedError } from '../../host/error.ts';

const DEADLINE_MS = 10 * SECOND;

/** The lines that a program of this machine prints, in no language but the one it was written in; null: it is not here, or it failed. */
export async function linesOf(command: string, args: readonly string[], signal: AbortSignal): Promise<string[] | null> {
  const lines: string[] = [];
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
  const options = { command, args, env, onLine: (line: string) => void lines.push(line), deadlineMs: DEADLINE_MS };
  try {
    const exit = await runChild(options, signal);
    return exit.kind === 'exited' && exit.status === 0 ? lines : null;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'program-not-found') return null;
    throw error;
  }
}
