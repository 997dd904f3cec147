// Where to connect when names do not resolve: an outage of a resolver is not an outage of the origin.

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { SECOND } from '../../../host/clock.ts';

/** What is remembered of a host from one start to the next. */
export interface LastGoodAddresses {
  read(host: string): readonly string[];
  write(host: string, addresses: readonly string[]): void;
}

export type Resolve = (host: string) => Promise<readonly string[]>;

export interface Addresses {
  /** What to connect to, try by try: the name itself while it resolves, else the remembered addresses. Never empty. */
  readonly hosts: readonly string[];
  /** What the name resolved to; null when it did not, or is an address itself. */
  readonly resolved: readonly string[] | null;
}

const DEADLINE_MS = 10 * SECOND;

export async function addressesOf(host: string, memory: LastGoodAddresses, resolve: Resolve): Promise<Addresses> {
  if (isIP(host) !== 0) return { hosts: [host], resolved: null };
  const resolved = await resolve(host);
  if (resolved.length > 0) return { hosts: [host], resolved };
  const remembered = memory.read(host).filter((address) => isIP(address) !== 0);
  // With nothing remembered rsync is given the name: it fails, and says in its own words why.
  return { hosts: remembered.length > 0 ? remembered : [host], resolved: null };
}

/** The system's own resolver; nothing when it fails or takes longer than 10 seconds. */
export async function systemResolve(host: string): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), DEADLINE_MS);
  });
  const found = lookup(host, { all: true }).then(
    (all) => all.map(({ address }) => address),
    // Whatever the resolver says against it, there is no address: rsync itself will tell the reason.
    () => [],
  );
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
}
