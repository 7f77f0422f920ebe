import type { CatalogTenant } from '@helpdeskly/catalog';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';

/** What somebody at a tenant's own mail host is. */
export type OwnAddress =
  | { readonly for: 'support' }
  | { readonly for: 'reply'; readonly token: string }
  | { readonly for: 'bounce'; readonly token: string };

/** A domain below which each tenant has its mail: MAIL_DOMAIN. */
export class MailDomain {
  constructor(readonly name: string) {}

  /** Whether an address is at this domain or at any below it: nobody's own. */
  covers(address: string): boolean {
    const host = plainHost(address.slice(address.lastIndexOf('@') + 1));
    return host === this.name || host.endsWith(`.${this.name}`);
  }

  /** The slug that an address is at, if it has the form of one of a tenant's. */
  slugOf(address: string): string | undefined {
    const host = plainHost(address.slice(address.lastIndexOf('@') + 1));
    return host.endsWith(`.${this.name}`) ? host.slice(0, -this.name.length - 1) : undefined;
  }
}

/** The mail addresses that the current tenant has by itself. */
@Injectable()
export class MailAddresses {
  constructor(
    private readonly domain: MailDomain,
    private readonly context: TenantContext,
  ) {}

  get tenant(): Pick<CatalogTenant, 'id' | 'slug'> {
    return this.context.current.tenant;
  }

  get mailDomain(): string {
    return this.domain.name;
  }

  get host(): string {
    return `${this.tenant.slug}.${this.domain.name}`;
  }

  get support(): string {
    return `support@${this.host}`;
  }

  reply(token: string): string {
    return `support+${token}@${this.host}`;
  }

  /** The envelope sender to which a mail comes back. */
  bounces(token: string): string {
    return `bounces+${token}@${this.host}`;
  }

  /** What an address at this tenant's host is for; undefined for any other one. Tokens are answered in lower case. */
  read(address: string): OwnAddress | undefined {
    const at = address.lastIndexOf('@');
    if (plainHost(address.slice(at + 1)) !== this.host) return undefined;
    const [, name, token] = /^(support|bounces)(?:\+([a-z2-7]{26}))?$/.exec(address.slice(0, at).toLowerCase()) ?? [];
    if (name === 'support') return token === undefined ? { for: 'support' } : { for: 'reply', token };
    return name === 'bounces' && token !== undefined ? { for: 'bounce', token } : undefined;
  }
}

/** Whether an address at a tenant's host is one of those to which mails come back. */
export const isForBounces = (address: string) => /^bounces\+[a-z2-7]{26}@/i.test(address);

/** A mail host in the form that is compared: host names have no case, and a trailing dot says nothing. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
