import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import { tenantClosed, TenantNotFound, TenantUpgrading } from './errors.js';
import { isReservedSlug } from './slug.js';
import { fastifyRequestKey, nameTenant } from './tenant-name.js';
import { UpgradeRequests } from './upgrade-requests.js';

/** What the middleware reads of Fastify's request, and what it leaves on it. */
export interface TenantRequest {
  readonly is404: boolean;
  readonly routeOptions: { readonly url?: string | undefined };
  tenant?: CatalogTenant;
}

/** How the middleware is set up: the domain before which slugs stand, and which peers are proxies of ours. */
export abstract class TenantNaming {
  abstract readonly baseDomain: string;
  abstract isTrustedProxy(address: string): boolean;
}

/**
 * Finds out for whom a request is, before anything of it is authenticated or read. Only routes under `/api/v1` have a
 * tenant; which route it is, is Fastify's word, not the path's spelling.
 */
@Injectable()
export class TenantContextMiddleware implements NestMiddleware {
  private readonly upgrades: UpgradeRequests;

  constructor(
    private readonly catalog: TenantCatalog,
    @Inject(TenantNaming) private readonly naming: TenantNaming,
  ) {
    this.upgrades = new UpgradeRequests(catalog);
  }

  use(raw: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void {
    const request = (raw as unknown as Record<symbol, TenantRequest | undefined>)[fastifyRequestKey];
    if (request === undefined || request.is404 || request.routeOptions.url?.startsWith('/api/v1/') !== true)
      return next();
    try {
      const trusted = this.naming.isTrustedProxy(raw.socket.remoteAddress ?? '');
      const slug = nameTenant(
        { rawHeaders: raw.rawHeaders, url: (raw as { originalUrl?: string }).originalUrl ?? raw.url ?? '', trusted },
        this.naming.baseDomain,
      );
      if (isReservedSlug(slug)) throw new TenantNotFound();
      const known = this.catalog.peek(slug);
      if (known !== undefined) return this.admit(request, known ?? undefined, next);
      this.catalog.find(slug).then((tenant) => this.admit(request, tenant, next), next);
    } catch (error) {
      next(error);
    }
  }

  private admit(request: TenantRequest, tenant: CatalogTenant | undefined, next: (error?: unknown) => void): void {
    if (tenant === undefined) return next(new TenantNotFound());
    const closed = tenantClosed(tenant);
    if (closed instanceof TenantUpgrading) this.upgrades.ask(tenant);
    if (closed !== undefined) return next(closed);
    request.tenant = tenant;
    next();
  }
}
