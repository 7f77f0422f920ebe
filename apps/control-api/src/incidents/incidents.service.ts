import { ControlDatabase, type Incident, type Prisma } from '@helpdeskly/catalog';
import type { Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Lists, type PageArguments } from '../lists/lists.js';
import { kinds, type IncidentKind } from './incident-kinds.js';
import { IncidentRecord } from './incident-record.js';
import type { IncidentDto, IncidentsQuery } from './incidents.dto.js';

/** Lists what needs an operator, as it is now. */
@Injectable()
export class Incidents {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly record: IncidentRecord,
  ) {}

  async list(query: IncidentsQuery): Promise<Page<IncidentDto>> {
    await this.record.refresh();
    const { incident } = this.control.client;
    const { state, kind, severity } = query;
    return this.lists.page(query, {
      route: 'incidents',
      filters: {
        ...(state !== undefined && { resolvedAt: state === 'open' ? null : { not: null } }),
        ...(kind !== undefined && { kind }),
        ...(severity !== undefined && { severity }),
      },
      sort: '-order',
      find: (page: PageArguments<Prisma.IncidentWhereInput>) => incident.findMany(page),
      count: (where) => incident.count({ where }),
      view: viewIncident,
    });
  }
}

function viewIncident(row: Incident): IncidentDto {
  const { id, kind, severity, tenantSlug, serverId, since, resolvedAt, message } = row;
  return {
    id,
    kind,
    severity,
    tenantSlug,
    serverId,
    since: since.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
    message,
    remedy: kinds[kind as IncidentKind].remedy,
  };
}
