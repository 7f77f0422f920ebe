import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A name server has so long, and is asked so often. */
const resolving = { timeout: 2000, tries: 2 };

/** Azure's metadata and DNS: a public address that is only reached from inside. */
const insiders = ['168.63.129.16'];

/** Raised when a name leads to where no webhook may go. */
export class AddressRefused extends Error {}

/** Raised when a name leads nowhere. */
export class NameUnknown extends Error {}

/** An address as `dns.lookup` answers it. */
interface Found {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Whether anybody on the internet may have this address: none of ours, of this host or of a cloud's inside. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address.split('%', 1)[0] ?? ''); // An IPv4 address within an IPv6 one is the former.
  return parsed.range() === 'unicast' && !insiders.includes(parsed.toString());
}

/**
 * Where webhooks may connect to. The address that was judged is the one that is connected to: a name that leads elsewhere a moment
 * later gains nothing. Names are asked of name servers without a thread of the process, so a slow one holds up nobody else.
 */
export class WebhookAddresses {
  private readonly resolver = new Resolver(resolving);

  /** `servers`: the system's unless given. */
  constructor(
    private readonly allowPrivate: boolean,
    servers?: readonly string[],
  ) {
    if (servers !== undefined) this.resolver.setServers(servers);
  }

  /** For `http.request`, which does not call it for an address: see `assertHost`. */
  readonly lookup: LookupFunction = (host, options, answer) => {
    this.find(host).then(
      (found) => {
        const [first] = found as [Found];
        if (options.all === true) answer(null, found as never);
        else answer(null, first.address, first.family);
      },
      (error: Error) => answer(error, '', 0),
    );
  };

  /** Throws AddressRefused for a host that is an address itself. */
  assertHost(host: string): void {
    if (isIP(host) !== 0) this.assertAll([host]);
  }

  /** All addresses of a host, one at least. Throws AddressRefused when one of them is refused, and NameUnknown. */
  async find(host: string): Promise<readonly Found[]> {
    const addresses = await this.addressesOf(host);
    if (addresses.length === 0) throw new NameUnknown();
    this.assertAll(addresses);
    return addresses.map((address) => ({ address, family: isIP(address) as 4 | 6 }));
  }

  private async addressesOf(host: string): Promise<string[]> {
    if (isIP(host) !== 0) return [host];
    if (/(?:^|\.)localhost\.?$/i.test(host)) return ['127.0.0.1', '::1']; // RFC 6761
    const asked = [this.resolver.resolve4(host), this.resolver.resolve6(host)];
    const answers = await Promise.allSettled(asked);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }

  private assertAll(addresses: readonly string[]): void {
    if (!this.allowPrivate && !addresses.every(isPublic)) throw new AddressRefused();
  }
}
