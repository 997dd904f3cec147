// Listening sockets that the service manager made and holds (sd_listen_fds(3)): while the daemon is restarted they go on taking connections, which
// wait in the kernel until the next daemon answers them.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { systemCode } from './error.ts';

/** The descriptor in this process of the socket that listens at a port. */
export type HandedSockets = ReadonlyMap<number, number>;

const FIRST = 3;
const MOST = 64;
const TABLES = ['tcp', 'tcp6'];
/** proc(5): the state of a socket that listens. */
const LISTENING = '0A';

/** Those that were handed to this very process; none when nobody handed it any. `env` is the process's own. */
export function handedSockets(env: Readonly<Record<string, string | undefined>>): HandedSockets {
  const count = Number(env.LISTEN_FDS ?? 0);
  // What our parent inherited is not ours.
  if (env.LISTEN_PID !== String(process.pid) || !Number.isInteger(count) || count < 1 || count > MOST) return new Map();
  const ports = listeningPorts();
  const descriptors = Array.from({ length: count }, (_, index) => FIRST + index);
  return new Map(
    descriptors.flatMap((descriptor) => {
      const port = ports.get(inodeOf(descriptor) ?? '');
      return port === undefined ? [] : [[port, descriptor] as const];
    }),
  );
}

function inodeOf(descriptor: number): string | null {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1] ?? null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** By inode. */
function listeningPorts(): Map<string, number> {
  const tables = TABLES.filter((table) => readdirSync('/proc/self/net').includes(table));
  const rows = tables.flatMap((table) => readFileSync(`/proc/self/net/${table}`, 'latin1').split('\n').slice(1));
  return new Map(
    rows.flatMap((row) => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/ +/);
      return state === LISTENING ? [[inode, Number.parseInt(local.split(':')[1] ?? '', 16)] as const] : [];
    }),
  );
}
