import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { IsolationDto } from './isolation.dto.js';
import { IsolationProbe } from './isolation-probe.js';

/** A probe that is older than this says nothing of now, in milliseconds. */
const freshMs = 3_600_000;
const shownBreaches = 100;

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
    const { databaseServer, isolationBreach } = this.control.client;
    const [servers, open, breaches] = await Promise.all([
      databaseServer.findMany({
        where: { state: { not: 'OFFLINE' } },
        include: { isolationCheck: true },
        orderBy: { name: 'asc' },
      }),
      isolationBreach.count(),
      isolationBreach.findMany({
        include: { tenant: { select: { slug: true } } },
        orderBy: [{ firstSeenAt: 'desc' }, { id: 'desc' }],
        take: shownBreaches,
      }),
    ]);
    const isFresh = servers.every(({ isolationCheck: check }) => {
      const checkedAt = check?.checkedAt?.getTime() ?? 0;
      return check?.error === null && Date.now() - checkedAt < freshMs;
    });
    return {
      status: open > 0 ? 'BREACHED' : isFresh ? 'ISOLATED' : 'UNKNOWN',
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
    };
  }
}
