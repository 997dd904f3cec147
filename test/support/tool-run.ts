// A build tool as a person runs it, with a home of its own: nothing of this machine's user is read.

import { spawn } from 'node:child_process';
import { MINUTE } from '../../src/host/clock.ts';

export interface ToolRun {
  readonly status: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

/** JVM starts are what a build of a few files costs: the second compiler would not pay for itself. */
export const QUICK_JAVA = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto';

export async function runTool(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly timeoutMs?: number },
): Promise<ToolRun> {
  const env = { PATH: process.env.PATH ?? '', HOME: options.cwd, ...options.env };
  const timeout = options.timeoutMs ?? 4 * MINUTE;
  const child = spawn(command, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const status = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  return { status, output };
}
