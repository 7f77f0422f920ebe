import { ControlDatabase, type Prisma } from '@helpdeskly/catalog';
import { FailureNotes, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Lists, type PageArguments } from '../lists/lists.js';
import { viewAuditEvent, type AuditEventDto } from './audit-event.dto.js';
import type { ListAuditEventsQuery, ListTenantEventsQuery } from './audit.dto.js';

/** Reads the audit trail, in the order of its writes. */
@Injectable()
export class AuditEvents {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly failures: FailureNotes,
  ) {}

  list(query: ListAuditEventsQuery): Promise<Page<AuditEventDto>> {
    return this.page('audit-events', query.tenantId, query);
  }

  listOf(tenantId: string, query: ListTenantEventsQuery): Promise<Page<AuditEventDto>> {
    return this.page('tenants/events', tenantId, query);
  }

  private async page(
    route: string,
    tenantId: string | undefined,
    query: ListTenantEventsQuery,
  ): Promise<Page<AuditEventDto>> {
    await this.failures.settled();
    const { auditEvent } = this.control.client;
    return this.lists.page(query, {
      route,
      filters: tenantId === undefined ? {} : { tenantId },
      sort: query.sort === 'createdAt' ? 'seq' : '-seq',
      find: (page: PageArguments<Prisma.AuditEventWhereInput>) => auditEvent.findMany(page),
      count: (where) => auditEvent.count({ where }),
      view: viewAuditEvent,
    });
  }
}
