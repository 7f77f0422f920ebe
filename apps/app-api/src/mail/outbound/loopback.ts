import { BlockList, isIP } from 'node:net';

const own = new BlockList();
own.addSubnet('127.0.0.0', 8, 'ipv4');
own.addAddress('::1', 'ipv6');

/** Whether an IP address is this machine's own; false for whatever is no address. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && own.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
