import { randomBytes } from 'node:crypto';
import { ControlDatabase } from '@helpdeskly/catalog';
import { sqlState } from '@helpdeskly/database';
import { Periodic } from '@helpdeskly/queue';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { ControlLocks } from '../locks/control-locks.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { cloneClosed, dropTenantDatabase } from '../tenant-databases/tenant-database.js';
import { WarmDatabases } from './warm-databases.js';

const intervalMs = 1000;
/** A clone takes less, and a claim is settled in less: whoever began it is gone. */
const abandonedMs = 120_000;

interface Warm {
  readonly name: string;
  readonly template: string;
  readonly state: 'BUILDING' | 'READY' | 'CLAIMED';
  readonly tenantId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Of the tenant that claimed it, if that one still wants it. */
  readonly wanted: boolean;
}

/**
 * Keeps a number of databases ready on each server that takes tenants, cloned from the present template. One process at a
 * time works on a server, one database after the other, so that tenants who are being provisioned come first.
 */
@Injectable()
export class WarmRefill implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly periodic = new Periodic(
    intervalMs,
    () => this.background.count('warm_refill', () => this.refill()),
    new Logger('WarmRefill'),
  );
  private stopping = false;

  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly servers: ServerConnections,
    private readonly templates: TemplateDatabases,
    private readonly warm: WarmDatabases,
    private readonly target: number,
    private readonly background: BackgroundMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.periodic.stop();
  }

  /** Brings every server to its number. Throws, once all were looked at, what went wrong at one. */
  async refill(): Promise<void> {
    const servers = await this.control.client.databaseServer.findMany({ select: { id: true, state: true } });
    const levelled = await Promise.allSettled(
      servers
        .filter(({ state }) => state !== 'OFFLINE')
        .map(({ id, state }) => this.level(id, state === 'ACTIVE' ? this.target : 0)),
    );
    const failed = levelled.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  private async level(id: string, target: number): Promise<void> {
    if (await this.isLevel(id, target)) return;
    await this.locks.tryHold('helpdeskly warm', id, async () => {
      const server = await this.servers.server(id);
      if (target > 0) await this.templates.ensure(server); // First: it may be another one than was thought.
      for (const one of this.surplus(await this.list(id), target)) await this.discard(server, one);
      const missing = target - this.useful(await this.list(id)).length;
      for (let made = 0; made < missing && !this.stopping; made++) await this.build(server);
    });
  }

  private async isLevel(serverId: string, target: number): Promise<boolean> {
    const all = await this.list(serverId);
    return this.useful(all).length === target && this.surplus(all, target).length === 0;
  }

  private useful(all: readonly Warm[]): readonly Warm[] {
    return all.filter(({ state, template }) => state === 'READY' && template === this.templates.name);
  }

  /**
   * What nobody will want: older schemas (a process of a newer version may be making its own meanwhile), more than are
   * asked for, and what was begun and abandoned.
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
        LEFT JOIN "Tenant" t ON t."id" = w."tenantId" AND t."status" = 'PROVISIONING'
       WHERE w."serverId" = ${serverId}::uuid
       ORDER BY w."createdAt"`;
  }

  /** The row comes first: a database that a crash leaves behind is known by it. */
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

  /** Unless somebody has claimed it meanwhile; nobody can once its row says BUILDING. */
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
