import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { IsolationDto } from './isolation.dto.js';
import { IsolationProbe, lockedOutTurns, roundMs } from './isolation-probe.js';

const shown = 100;

/** Shows what the probe has found, and lets it try at once. */
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
    const { databaseServer, isolationBreach, isolationTurn } = this.control.client;
    const [servers, open, breaches, lockedOut, overdue] = await Promise.all([
      databaseServer.findMany({
        where: { state: { not: 'OFFLINE' } },
        include: { isolationCheck: true },
        orderBy: { name: 'asc' },
      }),
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
      this.overdue(),
    ]);
    const isFresh = servers.every(({ isolationCheck: check }) => {
      const checkedAt = check?.checkedAt?.getTime() ?? 0;
      return check?.error === null && Date.now() - checkedAt < roundMs;
    });
    return {
      status:
        open > 0 ? 'BREACHED' : lockedOut.length > 0 ? 'LOCKED_OUT' : isFresh && overdue === 0 ? 'ISOLATED' : 'UNKNOWN',
      checks: servers.map(({ id, name, isolationCheck: check }) => ({
        serverId: id,
        server: name,
        checkedAt: check?.checkedAt?.toISOString() ?? null,
        tenants: check?.tenants ?? 0,
        attempts: check?.attempts ?? 0,
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
      overdue,
    };
  }

  /** One that has become ACTIVE within the hour has its turn still to come. */
  private async overdue(): Promise<number> {
    const since = new Date(Date.now() - roundMs);
    return this.control.client.tenant.count({
      where: {
        status: 'ACTIVE',
        accessOpen: true,
        activatedAt: { lt: since },
        server: { state: { not: 'OFFLINE' } },
        OR: [{ isolationTurn: null }, { isolationTurn: { triedAt: { lt: since } } }],
      },
    });
  }
}
