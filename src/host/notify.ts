// What systemd is told of the daemon (sd_notify(3)): through systemd's own program, since Node.js cannot write to a Unix datagram socket.

import { runChild } from './child.ts';
import { SECOND } from './clock.ts';
import type { Logger } from './logger.ts';

export interface Notifier {
  /** `READY=1`, `STATUS=...`; one after the other, in the order of the calls. Never throws: who cannot be told goes without. */
  tell(...assignments: string[]): Promise<void>;
  /** Within this time the next `WATCHDOG=1` must come, or systemd ends us; null when it does not watch. */
  readonly watchdogMs: number | null;
}

const DEADLINE_MS = 10 * SECOND;

/** Null where no service manager listens: started by hand, in a container. */
export function openNotifier(env: Readonly<Record<string, string | undefined>>, logger: Logger): Notifier | null {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds, WATCHDOG_PID: watched } = env;
  if (socket === undefined || socket === '') return null;
  // Set for a parent of ours, it is not meant for us.
  const isMeant = watched === undefined || watched === String(process.pid);
  let last: Promise<void> = Promise.resolve();
  let isSilent = false;
  const send = async (assignments: readonly string[]) => {
    if (isSilent) return;
    const failure = await notify(socket, env.PATH, assignments);
    if (failure === null) return;
    // Told once: each further try would say the same.
    isSilent = failure === 'program-not-found';
    logger.warn({ failure }, 'systemd was not told');
  };
  return {
    watchdogMs: isMeant && /^\d+$/.test(microseconds ?? '') ? Number(microseconds) / 1000 : null,
    tell(...assignments) {
      last = last.then(() => send(assignments));
      return last;
    },
  };
}

/** Without `--no-block` it returns when systemd has read it, so that its sender is still there to be looked up. Null, or what went wrong. */
async function notify(
  socket: string,
  path: string | undefined,
  assignments: readonly string[],
): Promise<string | null> {
  const env = { NOTIFY_SOCKET: socket, PATH: path ?? '/usr/bin:/bin' };
  try {
    const exit = await runChild(
      { command: 'systemd-notify', args: assignments, env, deadlineMs: DEADLINE_MS },
      new AbortController().signal,
    );
    if (exit.kind === 'exited' && exit.status === 0) return null;
    return exit.stderr || exit.kind;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
