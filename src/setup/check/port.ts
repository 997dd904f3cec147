import { createServer } from 'node:net';
import { systemCode } from '../../host/error.ts';
import { type Check, fault, good, type Symptom, unknown } from './symptom.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Whether the addresses of `serve.listen` are free, or held by our own daemon. */
export function portCheck(addresses: readonly Address[], isDaemonRunning: () => boolean): Check {
  return {
    name: 'ports',
    async look() {
      if (isDaemonRunning()) return [good('The daemon listens.')];
      const bad = (await Promise.all(addresses.map(tryAddress))).flat();
      return bad.length > 0 ? bad : [good(`Free: ${addresses.map(textOf).join(', ')}.`)];
    },
  };
}

async function tryAddress(address: Address): Promise<Symptom[]> {
  const server = createServer();
  const code = await new Promise<string | null>((done) => {
    server.once('error', (error) => done(systemCode(error) ?? 'unknown'));
    server.listen({ host: address.host, port: address.port, exclusive: true }, () => server.close(() => done(null)));
  });
  if (code === null) return [];
  if (code === 'EADDRINUSE')
    return [
      fault(
        `${textOf(address)} is taken by another program.`,
        `ss -ltnp 'sport = :${address.port}' tells by which; systemd holds it for the daemon where assay.socket is active.`,
      ),
    ];
  if (code === 'EACCES')
    return [
      unknown(
        `This user may not bind ${textOf(address)}.`,
        'The unit gives the daemon that right: AmbientCapabilities=CAP_NET_BIND_SERVICE.',
      ),
    ];
  return [
    fault(`${textOf(address)} cannot be bound (${code}).`, 'Is it an address of this machine? Correct serve.listen.'),
  ];
}

function textOf({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
