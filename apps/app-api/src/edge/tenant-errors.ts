import { brokenIndex, isUniqueViolation } from '@helpdeskly/database';
import type { DomainError } from '@helpdeskly/errors';
import type { ErrorTranslator } from '@helpdeskly/http';
import { TenantDatabaseUnavailable, tenantErrorOf } from '@helpdeskly/tenant-db';
import { TenantClientFactory, TenantUpgrading } from '@helpdeskly/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** What a tenant's database says through pg and Prisma, as what a client is told. A client whose database went away is dropped. */
@Injectable()
export class TenantErrors implements ErrorTranslator {
  private readonly log = new Logger('TenantErrors');

  constructor(private readonly clients: TenantClientFactory) {}

  translate(error: unknown, { tenant }: FastifyRequest): DomainError | undefined {
    const told = tenantErrorOf(error);
    if (told instanceof TenantDatabaseUnavailable && tenant !== undefined) this.clients.reportBroken(tenant);
    if (told !== undefined || !isUniqueViolation(error)) return told;
    // Whoever writes names the indexes that it knows. Another one is a migration's, which may have broken off: the caller can
    // mend nothing about that, and the same request is right once the index is gone.
    this.log.error(
      `The index ${brokenIndex(error) ?? 'of a migration'} refused a write of ${tenant?.slug ?? 'a tenant'}.`,
    );
    return new TenantUpgrading();
  }
}
