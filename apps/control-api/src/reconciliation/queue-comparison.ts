import { isUuid } from '@helpdeskly/http';
import { ControlDatabase, type ReconciliationFinding } from '@helpdeskly/catalog';
import type { WaitingJob } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { LifecycleQueue } from '../lifecycle/lifecycle-queue.js';
import { ProvisioningQueue } from '../provisioning/provisioning-queue.js';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';
import type { Finding } from './finding.js';

/** Compares the queues with the catalog, in both directions. The sweeps restore lost jobs within seconds; this checks the sweeps. */
@Injectable()
export class QueueComparison {
  constructor(
    private readonly control: ControlDatabase,
    private readonly provisioning: ProvisioningQueue,
    private readonly lifecycle: LifecycleQueue,
  ) {}

  async compare(): Promise<Finding[]> {
    const [waiting, tenants] = await Promise.all([
      Promise.all([this.provisioning.waiting(), this.lifecycle.waiting()]).then((all) => all.flat()),
      this.control.client.tenant.findMany({ select: { id: true, slug: true, generation: true, status: true } }),
    ]);
    const generations = new Map(tenants.map(({ id, generation }) => [id, generation]));
    const lost: Finding[] = [];
    for (const { id, slug, generation, status } of tenants) {
      if (!awaitsProvisioning(status) || (await this.provisioning.has({ tenantId: id, generation }))) continue;
      const detail = `${slug} is PROVISIONING and no job is in the queue.`;
      lost.push({ kind: 'lost_job', subject: id, tenantId: id, action: 'REPAIR', detail });
    }
    return [...waiting.flatMap((job) => stale(job, generations)), ...lost];
  }

  async act({ kind, subject, tenantId }: ReconciliationFinding): Promise<boolean> {
    if (kind === 'stale_job') {
      await Promise.all([this.provisioning.remove(subject), this.lifecycle.remove(subject)]);
      return true;
    }
    if (tenantId === null) return false;
    const where = { id: tenantId, status: { in: awaitsProvisioning.statuses } };
    const tenant = await this.control.client.tenant.findFirst({ where, select: { generation: true } });
    if (tenant === null) return false;
    await this.provisioning.addAgain({ tenantId, generation: tenant.generation });
    return true;
  }
}

/** A job that would do nothing: its tenant is gone or has a newer generation, or the job never named a tenant. */
function stale({ id, tenantId, generation }: WaitingJob, generations: ReadonlyMap<string, number>): Finding[] {
  if (typeof tenantId !== 'string' || !isUuid(tenantId) || !Number.isInteger(generation)) {
    const detail = 'It names no tenant: somebody has put it there by hand.';
    return [{ kind: 'stale_job', subject: id, action: 'REMOVE', detail }];
  }
  const present = generations.get(tenantId);
  if (present !== undefined && generation >= present) return [];
  const why = present === undefined ? 'is gone' : `is in generation ${present}`;
  const detail = `It is about generation ${generation} of a tenant that ${why}.`;
  return [{ kind: 'stale_job', subject: id, tenantId, action: 'REMOVE', detail }];
}
