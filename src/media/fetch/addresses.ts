/** Tells public addresses from others, and looks up public addresses only. */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/** All networks that are not the public internet (IANA special-purpose registries for IPv4 and IPv6). */
const closedNetworks = new BlockList();
for (const [address, prefix] of [
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
  ['224.0.0.0', 3],
] as const) {
  closedNetworks.addSubnet(address, prefix, 'ipv4');
}
for (const [address, prefix] of [
  // Obsolete spellings of IPv4 inside IPv6: compatible (RFC 4291) and translated (RFC 2765).
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  closedNetworks.addSubnet(address, prefix, 'ipv6');
}

/** Returns whether an address is on the public internet. IPv4 inside IPv6 counts as the IPv4 address. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !closedNetworks.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** The answer to a socket: one address with its family, or all of them. */
type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Looks up all addresses of a name: the system's resolver, or that of a test. */
export type Resolve = (
  host: string,
  options: { all: true; family: 0 | 4 | 6 },
  callback: (error: Error | null, found: LookupAddress[]) => void,
) => void;

/** Looks up the address of a name, as sockets ask for it. */
type Lookup = (host: string, options: { all?: boolean; family?: number | string }, callback: Callback) => void;

/**
 * Returns a `lookup` for sockets that gives public addresses only. It checks the very addresses that the socket then uses,
 * so a name that resolves differently a moment later gains nothing.
 */
export function createPublicLookup(resolve: Resolve = lookup): Lookup {
  return (host, { all, family }, callback) =>
    resolve(host, { all: true, family: family === 4 || family === 6 ? family : 0 }, (error, found) => {
      if (error) return callback(error, []);
      const publicOnes = found.filter(({ address }) => isPublic(address));
      const [first] = publicOnes;
      if (!first) return callback(new Error(`${host} is not a public address`), []);
      if (all) callback(null, publicOnes);
      else callback(null, first.address, first.family);
    });
}
