import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { MINUTE } from '../../src/host/clock.ts';
import type { KillOrder } from './kill-pass.ts';
import type { Mirror } from './mirror.ts';
import { eventually } from './running-daemon.ts';

const PROGRAM = resolve(import.meta.dirname, 'kill-pass.ts');

/** Runs a pass that dies at a step of a publication. Throws when it lives. */
export async function dieAt(mirror: Mirror, at: NonNullable<KillOrder['at']>): Promise<void> {
  const { child, ended } = startPass({ configFile: mirror.configFile, acceptPlan: null, at });
  await ended;
  if (child.signalCode !== 'SIGKILL') throw new Error(`it did not die: ${child.exitCode ?? child.signalCode}`);
}

/** Runs a pass and kills it when the time has come. */
export async function killWhen(mirror: Mirror, isTime: () => boolean): Promise<void> {
  const { child, ended } = startPass({ configFile: mirror.configFile, acceptPlan: null, at: null });
  await eventually(isTime, 'it is time to kill').finally(() => child.kill('SIGKILL'));
  await ended;
}

/** Not with spawnSync: the origin's proxy lives in this process. */
function startPass(order: KillOrder) {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(order)], { stdio: 'ignore', timeout: MINUTE });
  return { child, ended: once(child, 'exit') };
}
