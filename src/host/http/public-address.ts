import { BlockList, isIP } from 'node:net';

// The IANA registries of special-purpose addresses: loopback, private, link-local, shared, documentation, multicast and the like.
const SPECIAL_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Within 2000::/3, outside of which no IPv6 address is public: Teredo and other protocols, documentation, 6to4. */
const SPECIAL_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = new BlockList();
for (const [net, prefix] of SPECIAL_V4) special.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of SPECIAL_V6) special.addSubnet(net, prefix, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
/** RFC 6052: an IPv4 address behind a translator stands in the last 32 bits. */
const translated = new BlockList();
translated.addSubnet('64:ff9b::', 96, 'ipv6');

/**
 * Whether an IP address, as text, is one of the public Internet. Where a stranger chooses the name, a loopback, private or link-local address
 * would let him speak through us with what trusts this machine. Anything that is no address is not public.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  if (family !== 6 || address.includes('%')) return false;
  if (translated.check(address, 'ipv6')) return isPublicAddress(embeddedV4(address));
  return globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

function embeddedV4(address: string): string {
  // The URL parser writes every form of an IPv6 address in one: groups of hex, the longest run of zeroes cut.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const last = canonical.split(':').slice(-2);
  const [high, low] = last.map((group) => Number.parseInt(group === '' ? '0' : group, 16));
  return [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255].join('.');
}
