import type { IncomingMessage } from 'node:http';
import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { DomainError } from '@helpdeskly/errors';
import { Inject, Injectable } from '@nestjs/common';
import { tenantClosed, TenantNotFound, TenantUpgrading } from './errors.js';
import { isReservedSlug } from './slug.js';
import { nameTenant } from './tenant-name.js';
import { UpgradeRequests } from './upgrade-requests.js';

/** The parts of Fastify's request that the resolver reads, and the part that it sets. */
export interface TenantRequest {
  readonly raw: Pick<IncomingMessage, 'rawHeaders' | 'socket'>;
  readonly originalUrl: string;
  readonly is404: boolean;
  readonly routeOptions: { readonly url?: string | undefined };
  tenant?: CatalogTenant | undefined;
}

/** Configures the resolver: the domain behind the slug, and which peers are our proxies. */
export abstract class TenantNaming {
  abstract readonly baseDomain: string;
  abstract isTrustedProxy(address: string): boolean;
}

/**
 * Finds a request's tenant before authentication and before the body is read. Only routes under `/api/v1` have a
 * tenant; Fastify's matched route decides, not the spelling of the path.
 */
@Injectable()
export class TenantResolver {
  private readonly upgrades: UpgradeRequests;

  constructor(
    private readonly catalog: TenantCatalog,
    @Inject(TenantNaming) private readonly naming: TenantNaming,
  ) {
    this.upgrades = new UpgradeRequests(catalog);
  }

  /** Sets the tenant on `request` and calls `done`, at once if the tenant is cached; `done` gets the error that refuses the request. */
  resolve(request: TenantRequest, done: (error?: unknown) => void): void {
    if (request.is404 || request.routeOptions.url?.startsWith('/api/v1/') !== true) return done();
    try {
      const { raw, originalUrl: url } = request;
      const trusted = this.naming.isTrustedProxy(raw.socket.remoteAddress ?? '');
      const slug = nameTenant({ rawHeaders: raw.rawHeaders, url, trusted }, this.naming.baseDomain);
      if (isReservedSlug(slug)) throw new TenantNotFound();
      const known = this.catalog.peek(slug);
      if (known !== undefined) return this.admit(request, known ?? undefined, done);
      this.catalog.find(slug).then((tenant) => this.admit(request, tenant, done), done);
    } catch (error) {
      done(error);
    }
  }

  /** The slug that the request's host names; undefined on the base domain, on other hosts and for reserved names. */
  slugOfHost({ raw, originalUrl: url }: Pick<TenantRequest, 'raw' | 'originalUrl'>): string | undefined {
    const trusted = this.naming.isTrustedProxy(raw.socket.remoteAddress ?? '');
    try {
      const slug = nameTenant({ rawHeaders: hostHeadersOf(raw.rawHeaders), url, trusted }, this.naming.baseDomain);
      return isReservedSlug(slug) ? undefined : slug;
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  }

  private admit(request: TenantRequest, tenant: CatalogTenant | undefined, done: (error?: unknown) => void): void {
    if (tenant === undefined) return done(new TenantNotFound());
    const closed = tenantClosed(tenant);
    if (closed instanceof TenantUpgrading && tenant.lacks.length > 0) this.upgrades.ask(tenant);
    if (closed !== undefined) return done(closed);
    request.tenant = tenant;
    done();
  }
}

/** A browser sends no X-Tenant-Slug with the address that a person typed. */
function hostHeadersOf(raw: readonly string[]): string[] {
  return raw.filter((_, index) => raw[index - (index % 2)]?.toLowerCase() !== 'x-tenant-slug');
}
