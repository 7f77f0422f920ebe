import type { DomainError } from '@helpdeskly/errors';
import type { ErrorTranslator } from '@helpdeskly/http';
import { TenantDatabaseUnavailable, tenantErrorOf } from '@helpdeskly/tenant-db';
import { TenantClientFactory } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** What a tenant's database says through pg and Prisma, as what a client is told. A client whose database went away is dropped. */
@Injectable()
export class TenantErrors implements ErrorTranslator {
  constructor(private readonly clients: TenantClientFactory) {}

  translate(error: unknown, { tenant }: FastifyRequest): DomainError | undefined {
    const told = tenantErrorOf(error);
    if (told instanceof TenantDatabaseUnavailable && tenant !== undefined) this.clients.reportBroken(tenant);
    return told;
  }
}
