import { findCause, isConnectionFailure, isQueryTimeout } from '@helpdeskly/database';
import { DomainError } from '@helpdeskly/errors';
import type { ErrorTranslator } from '@helpdeskly/http';
import { QueryTimeout, TenantDatabaseUnavailable, WrongTenantDatabase } from '@helpdeskly/tenant-db';
import { TenantClientFactory } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** What a tenant's database says through pg and Prisma, as what a client is told. A client whose database went away is dropped. */
@Injectable()
export class TenantErrors implements ErrorTranslator {
  constructor(private readonly clients: TenantClientFactory) {}

  translate(error: unknown, { tenant }: FastifyRequest): DomainError | undefined {
    const ours = findCause(error, DomainError);
    if (ours !== undefined) return ours;
    if (isQueryTimeout(error)) return new QueryTimeout(error);
    if (!isConnectionFailure(error) && !(error instanceof WrongTenantDatabase)) return undefined;
    if (tenant !== undefined) this.clients.reportBroken(tenant);
    return new TenantDatabaseUnavailable(error);
  }
}
