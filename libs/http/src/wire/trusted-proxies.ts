import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** The proxies from which we accept X-Forwarded-* headers: addresses and CIDR ranges. */
export class TrustedProxies {
  private readonly ranges: readonly Range[];

  constructor(networks: readonly string[]) {
    this.ranges = networks.map((network) => {
      if (network.includes('/')) return ipaddr.parseCIDR(network);
      const address = ipaddr.parse(network);
      return [address, address.kind() === 'ipv4' ? 32 : 128];
    });
  }

  isTrusted(address: string): boolean {
    if (this.ranges.length === 0 || isIP(address) === 0) return false;
    const parsed = ipaddr.process(address);
    return this.ranges.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  }

  /** The client's address: the last one in X-Forwarded-For that is not one of our proxies, or the peer's. */
  clientAddress(request: FastifyRequest): string {
    let address = request.socket.remoteAddress ?? '';
    if (!this.isTrusted(address)) return plain(address);
    const forwarded = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((part) => part.trim());
    for (const part of forwarded.reverse()) {
      if (isIP(part) === 0) break;
      address = part;
      if (!this.isTrusted(part)) break;
    }
    return plain(address);
  }
}

function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
