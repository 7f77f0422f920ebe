import { type CatalogTenant, TenantCatalog } from '@helpdeskly/catalog';
import { Forbidden } from '@helpdeskly/errors';
import { Authenticator, clientAddressOf, type RequestScope } from '@helpdeskly/http';
import { tenantClosed, TenantContext, TenantNotFound } from '@helpdeskly/tenancy';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Runs a handler for its request's tenant, with that tenant's client for as long as it runs. */
@Injectable()
export class TenantScope implements RequestScope {
  constructor(
    private readonly catalog: TenantCatalog,
    private readonly context: TenantContext,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
  ) {}

  async run<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
    if (request.tenant === undefined) return work(); // Outside of /api/v1; whatever needs a tenant throws NoCurrentTenant.
    const tenant = request.body === undefined ? request.tenant : await this.lookAgain(request, request.tenant);
    return this.context.enter(tenant, work, originOf(request));
  }

  /**
   * A body may take half a minute to arrive, and tenant and caller were looked at before it. Both are known from memory
   * when they were looked at a moment ago. Throws what the first look would have thrown. `before` is the current tenant unless given.
   */
  async lookAgain(request: FastifyRequest, before = this.context.current.tenant): Promise<CatalogTenant> {
    const known = this.catalog.peek(before.slug);
    const tenant = known === undefined ? await this.catalog.find(before.slug) : (known ?? undefined);
    if (tenant?.id !== before.id) throw new TenantNotFound();
    const closed = tenantClosed(tenant);
    if (closed !== undefined) throw closed;
    if (request.actor !== undefined) {
      const { role } = await this.authenticator.authenticate(request);
      if (role !== request.actor.role) throw new Forbidden('Your role was changed while this request arrived.');
    }
    return tenant;
  }
}

/** The address is worked out for the few who ask. */
function originOf(request: FastifyRequest): { readonly id: string; readonly address: string } {
  return {
    id: request.id,
    get address() {
      return clientAddressOf(request);
    },
  };
}
