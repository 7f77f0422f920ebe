import type { RequestScope } from '@helpdeskly/http';
import { TenantClientFactory, TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Runs a handler for its request's tenant, with that tenant's client for as long as it runs. */
@Injectable()
export class TenantScope implements RequestScope {
  constructor(
    private readonly clients: TenantClientFactory,
    private readonly context: TenantContext,
  ) {}

  async run<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
    const { tenant } = request;
    if (tenant === undefined) return work(); // Outside of /api/v1; whatever needs a tenant throws NoCurrentTenant.
    const lease = await this.clients.acquire(tenant);
    try {
      return await this.context.run({ tenant, prisma: lease.prisma, select: lease.select }, work);
    } finally {
      lease.release();
    }
  }
}
