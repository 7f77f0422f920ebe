import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { IsolationDto } from './isolation.dto.js';
import { coverageOf } from './isolation-coverage.js';
import { IsolationProbe } from './isolation-probe.js';
import { lockedOutTurns, undecidedTurns } from './isolation-turns.js';

const shown = 100;

/** Shows the probe's results, and starts a probe at once. */
@Injectable()
export class Isolation {
  constructor(
    private readonly control: ControlDatabase,
    private readonly probe: IsolationProbe,
  ) {}

  async run(): Promise<IsolationDto> {
    await this.probe.run();
    return this.report();
  }

  async report(): Promise<IsolationDto> {
    const { isolationBreach, isolationTurn } = this.control.client;
    const [{ servers, overdue, isComplete }, open, breaches, lockedOut, undecided] = await Promise.all([
      coverageOf(this.control),
      isolationBreach.count(),
      isolationBreach.findMany({
        include: { tenant: { select: { slug: true } } },
        orderBy: [{ firstSeenAt: 'desc' }, { id: 'desc' }],
        take: shown,
      }),
      isolationTurn.findMany({
        where: lockedOutTurns,
        include: { tenant: { select: { slug: true } } },
        orderBy: [{ refusedSince: 'asc' }, { tenantId: 'asc' }],
        take: shown,
      }),
      isolationTurn.findMany({
        where: undecidedTurns,
        include: { tenant: { select: { slug: true } } },
        orderBy: [{ attemptedAt: 'desc' }, { tenantId: 'asc' }],
        take: shown,
      }),
    ]);
    return {
      status: open > 0 ? 'BREACHED' : lockedOut.length > 0 ? 'LOCKED_OUT' : isComplete ? 'ISOLATED' : 'UNKNOWN',
      checks: servers.map(({ id, name, isolationCheck: check }) => ({
        serverId: id,
        server: name,
        checkedAt: check?.checkedAt?.toISOString() ?? null,
        tenants: check?.tenants ?? 0,
        attempts: check?.attempts ?? 0,
        notTried: check?.notTried ?? 0,
        error: check?.error ?? null,
      })),
      open,
      breaches: breaches.map(({ tenantId, tenant, attempt, target, firstSeenAt, lastSeenAt }) => ({
        tenantId,
        tenantSlug: tenant.slug,
        attempt,
        target,
        firstSeenAt: firstSeenAt.toISOString(),
        lastSeenAt: lastSeenAt.toISOString(),
      })),
      lockedOut: lockedOut.map(({ tenantId, tenant, refusedSince, reason }) => ({
        tenantId,
        tenantSlug: tenant.slug,
        since: (refusedSince as Date).toISOString(),
        reason: reason ?? '',
      })),
      undecided: undecided.map(({ tenantId, tenant, attemptedAt, error }) => ({
        tenantId,
        tenantSlug: tenant.slug,
        attemptedAt: attemptedAt.toISOString(),
        reason: error ?? '',
      })),
      overdue,
    };
  }
}
