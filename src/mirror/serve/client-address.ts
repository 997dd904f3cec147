// Whose request it is, when proxies stand in between. A header counts only when one whom the operator trusts has sent it: anybody can write one.

import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

export interface ProxyTrust {
  isProxy(address: string): boolean;
  /** The client of a request that came over a connection from `peer`. */
  clientOf(peer: string, headers: IncomingHttpHeaders): string;
}

/** Longer chains are no real ones. */
const HOPS_CEILING = 32;

/** `networks` are addresses or CIDR networks. */
export function makeProxyTrust(networks: readonly string[]): ProxyTrust {
  if (networks.length === 0) return { isProxy: () => false, clientOf: (peer) => peer };
  const trusted = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = familyOf(address);
    if (length === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(length), family);
  }
  const isProxy = (address: string) => isIP(address) !== 0 && trusted.check(address, familyOf(address));
  return {
    isProxy,
    /** From the nearest hop outwards: the first that is no proxy of ours is the client. What cannot be read ends the walk at who told it. */
    clientOf(peer, headers) {
      if (!isProxy(peer)) return peer;
      let client = peer;
      for (const hop of hopsOf(headers).slice(-HOPS_CEILING).toReversed()) {
        const address = readHop(hop);
        if (address === null) return client;
        client = address;
        if (!isProxy(address)) return client;
      }
      return client;
    },
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** RFC 7239 `Forwarded` where there is one, else `X-Forwarded-For`, the nearest hop last. */
function hopsOf(headers: IncomingHttpHeaders): string[] {
  if (headers.forwarded !== undefined) {
    return headers.forwarded.split(',').map((element) => /(?:^|;)\s*for=([^;]*)/i.exec(element)?.[1] ?? '');
  }
  const list = headers['x-forwarded-for'];
  return list === undefined ? [] : String(list).split(',');
}

const BRACKETED = /^\[([^\]]*)\](?::\d+)?$/;

/** `192.0.2.1`, `192.0.2.1:80`, `"[2001:db8::1]:80"`, `2001:db8::1`; null for `unknown`, for `_hidden` names and for what is none of these. */
function readHop(hop: string): string | null {
  const text = hop.trim().replace(/^"(.*)"$/, '$1');
  const bare = BRACKETED.exec(text)?.[1] ?? (isIP(text) === 0 ? text.replace(/:\d+$/, '') : text);
  if (isIP(bare) === 0) return null;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}
