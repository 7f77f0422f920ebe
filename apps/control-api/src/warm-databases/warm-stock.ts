import { randomBytes } from 'node:crypto';
import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { sqlState } from '@helpdeskly/database';
import { Inject, Injectable } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { cloneClosed, dropTenantDatabase } from '../tenant-databases/tenant-database.js';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';
import { WarmDatabases } from './warm-databases.js';

/** A clone or a claim takes less time: after this, its process is gone. */
const abandonedMs = 120_000;

interface Warm {
  readonly name: string;
  readonly template: string;
  readonly state: 'BUILDING' | 'READY' | 'CLAIMED';
  readonly tenantId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Whether the tenant that claimed it still wants it. */
  readonly wanted: boolean;
}

/** The warm databases of each server: how many there are, how many there should be, and how to reach that number. */
@Injectable()
export class WarmStock {
  /** How many a server that takes tenants should have. */
  readonly target: number;

  constructor(
    private readonly control: ControlDatabase,
    private readonly templates: TemplateDatabases,
    private readonly warm: WarmDatabases,
    @Inject(controlConfig) config: ControlConfig,
  ) {
    this.target = config.tenantWarmDatabases;
  }

  /** Whether a server has exactly as many as it should. */
  async isLevel(serverId: string, target: number): Promise<boolean> {
    const all = await this.list(serverId);
    return this.useful(all).length === target && this.surplus(all, target).length === 0;
  }

  /** Makes missing ones and drops unwanted ones, one after the other, until `isStopping` returns true. */
  async level(server: TenantServer, target: number, isStopping: () => boolean): Promise<void> {
    if (target > 0) await this.templates.ensure(server); // First: the template may be another one than this process thought.
    for (const one of this.surplus(await this.list(server.id), target)) await this.discard(server, one);
    const missing = target - this.useful(await this.list(server.id)).length;
    for (let made = 0; made < missing && !isStopping(); made++) await this.build(server);
  }

  private useful(all: readonly Warm[]): readonly Warm[] {
    return all.filter(({ state, template }) => state === 'READY' && template === this.templates.name);
  }

  /**
   * Databases that nobody will want: of older schemas (a process of a newer version may be making its own meanwhile), more than
   * the target, and abandoned ones.
   */
  private surplus(all: readonly Warm[], target: number): readonly Warm[] {
    const abandonedAt = Date.now() - abandonedMs;
    const useful = this.useful(all);
    return all.filter((one) => {
      if (one.state !== 'READY') return !one.wanted && one.updatedAt.getTime() < abandonedAt;
      if (one.template !== this.templates.name) return one.createdAt < this.templates.since;
      return useful.indexOf(one) >= target;
    });
  }

  private list(serverId: string): Promise<Warm[]> {
    return this.control.client.$queryRaw<Warm[]>`
      SELECT w."name", w."template", w."state"::text AS "state", w."tenantId"::text AS "tenantId", w."createdAt", w."updatedAt",
             t."id" IS NOT NULL AS "wanted"
        FROM "WarmDatabase" w
        LEFT JOIN "Tenant" t ON t."id" = w."tenantId" AND t."status" = ANY (${awaitsProvisioning.statuses}::text[]::"TenantStatus"[])
       WHERE w."serverId" = ${serverId}::uuid
       ORDER BY w."createdAt"`;
  }

  /** Inserts the row first: it identifies a database that a crash leaves behind. */
  private async build(server: TenantServer): Promise<void> {
    const name = `helpdeskly_warm_${this.warm.installation}_${randomBytes(8).toString('hex')}`;
    const { name: template } = await this.templates.ensure(server);
    await this.control.client.warmDatabase.create({ data: { name, serverId: server.id, template } });
    try {
      await cloneClosed(server.admin, { name, marker: this.warm.marker }, template);
    } catch (error) {
      if (sqlState(error) === '3D000') this.templates.forget(server); // invalid_catalog_name: somebody dropped the template
      await dropTenantDatabase(server.admin, name, this.warm.marker);
      await this.control.client.warmDatabase.deleteMany({ where: { name, state: 'BUILDING' } });
      throw error;
    }
    await this.control.client.warmDatabase.updateMany({
      where: { name, state: 'BUILDING' },
      data: { state: 'READY', updatedAt: new Date() },
    });
  }

  /** Does nothing if somebody has claimed it meanwhile; nobody can once its row says BUILDING. */
  private async discard(server: TenantServer, { name, state, tenantId }: Warm): Promise<void> {
    const { count } = await this.control.client.warmDatabase.updateMany({
      where: { name, state, tenantId },
      data: { state: 'BUILDING', tenantId: null, updatedAt: new Date() },
    });
    if (count === 0) return;
    await dropTenantDatabase(server.admin, name, this.warm.marker);
    await this.control.client.warmDatabase.deleteMany({ where: { name, state: 'BUILDING' } });
  }
}
