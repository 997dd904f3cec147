// Addresses for servers that only this machine should see.

import { createServer } from 'node:net';

/** Every process takes its own address of 127.0.0.0/8, so that runs side by side never meet on a port. */
export function ownLoopbackAddress(pid: number): string {
  return `127.${1 + ((pid >> 16) % 254)}.${(pid >> 8) & 255}.${1 + ((pid & 255) % 254)}`;
}

/**
 * A port of `host` that nobody holds: `wanted`, or any with 0. For programs that cannot pick one themselves. Asked before they start: on a port
 * that somebody else holds, the other's greeting would pass for theirs. Rejects with the system's error.
 */
export function freePort(host: string, wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wanted, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : wanted;
      server.close(() => resolve(port));
    });
  });
}
