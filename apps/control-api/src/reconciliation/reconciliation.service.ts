import { ControlDatabase, type Prisma, type ReconciliationFinding } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { queuesPlace, templateGraceMs } from './finding.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import { Reconciler } from './reconciler.js';
import type { FindingDto, ReconciliationDto, ReconciliationQuery } from './reconciliation.dto.js';

/** A comparison older than this, in milliseconds, says nothing about now; it is at least a few intervals. */
const freshMs = 600_000;

/** Shows the reconciler's findings, and starts a comparison at once. */
@Injectable()
export class Reconciliation {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly reconciler: Reconciler,
  ) {}

  async run(): Promise<ReconciliationDto> {
    await this.reconciler.run();
    return this.report({});
  }

  async report(query: ReconciliationQuery): Promise<ReconciliationDto> {
    const { reconciliationFinding: findings, reconciliationCheck, databaseServer } = this.control.client;
    const { state = 'open', kind, subject } = query;
    const [page, groups, matters, checks, servers] = await Promise.all([
      this.lists.page(query, {
        route: 'reconciliation',
        filters: {
          resolvedAt: state === 'open' ? null : { not: null },
          ...(kind === undefined ? {} : { kind }),
          ...(subject === undefined ? {} : { subject }),
        },
        sort: query.sort ?? '-firstSeenAt',
        find: (page: PageArguments<Prisma.ReconciliationFindingWhereInput>) => findings.findMany(page),
        count: (where) => findings.count({ where }),
        view: viewFinding,
      }),
      findings.groupBy({ by: ['kind'], where: { resolvedAt: null }, _count: { _all: true }, orderBy: { kind: 'asc' } }),
      findings.count({
        where: {
          resolvedAt: null,
          kind: { not: 'foreign_database' },
          NOT: { kind: 'superseded_template', firstSeenAt: { gt: new Date(Date.now() - templateGraceMs) } },
        },
      }),
      reconciliationCheck.findMany(),
      databaseServer.findMany({ where: { state: { not: 'OFFLINE' } }, select: { id: true }, orderBy: { name: 'asc' } }),
    ]);
    const places = [...servers.map(({ id }) => id), queuesPlace].map((place) => {
      const check = checks.find((one) => one.place === place);
      const serverId = place === queuesPlace ? null : place;
      return { serverId, checkedAt: check?.checkedAt ?? null, error: check?.error ?? null };
    });
    const isFresh = places.every(
      ({ checkedAt, error }) => error === null && checkedAt !== null && Date.now() - checkedAt.getTime() < freshMs,
    );
    return {
      status: matters > 0 ? 'FINDINGS' : isFresh ? 'CLEAN' : 'UNKNOWN',
      checks: places.map((place) => ({ ...place, checkedAt: place.checkedAt?.toISOString() ?? null })),
      open: Object.fromEntries(groups.map(({ kind: each, _count }) => [each, _count._all])),
      ...page,
    };
  }
}

function viewFinding(row: ReconciliationFinding): FindingDto {
  const { id, kind, place, subject, tenantId, detail, action, sightings, error, resolution } = row;
  return {
    id,
    kind,
    serverId: place === queuesPlace ? null : place,
    subject,
    tenantId,
    detail,
    action,
    sightings,
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    error,
    resolution,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
  };
}
