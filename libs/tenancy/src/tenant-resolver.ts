import type { IncomingMessage } from 'node:http';
import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { Inject, Injectable } from '@nestjs/common';
import { tenantClosed, TenantNotFound, TenantUpgrading } from './errors.js';
import { isReservedSlug } from './slug.js';
import { nameTenant } from './tenant-name.js';
import { UpgradeRequests } from './upgrade-requests.js';

/** What the resolver reads of Fastify's request, and what it leaves on it. */
export interface TenantRequest {
  readonly raw: Pick<IncomingMessage, 'rawHeaders' | 'socket'>;
  readonly originalUrl: string;
  readonly is404: boolean;
  readonly routeOptions: { readonly url?: string | undefined };
  tenant?: CatalogTenant | undefined;
}

/** How the resolver is set up: the domain before which slugs stand, and which peers are proxies of ours. */
export abstract class TenantNaming {
  abstract readonly baseDomain: string;
  abstract isTrustedProxy(address: string): boolean;
}

/**
 * Finds out for whom a request is, before anything of it is authenticated or read. Only routes under `/api/v1` have a
 * tenant; which route it is, is Fastify's word, not the path's spelling.
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

  /** Leaves the tenant on `request` and calls `done`, at once when it is known: with what refuses the request, if anything does. */
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

  private admit(request: TenantRequest, tenant: CatalogTenant | undefined, done: (error?: unknown) => void): void {
    if (tenant === undefined) return done(new TenantNotFound());
    const closed = tenantClosed(tenant);
    if (closed instanceof TenantUpgrading) this.upgrades.ask(tenant);
    if (closed !== undefined) return done(closed);
    request.tenant = tenant;
    done();
  }
}
