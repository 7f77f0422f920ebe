import { ControlDatabase, type TenantStatus } from '@helpdeskly/catalog';
import { Metrics, Snapshot } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { lackingIn } from '../tenant-databases/schema-sets.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';
import { statuses } from '../tenant-status/tenant-status.js';

interface Group {
  readonly server: string;
  /** Null for a server without tenants. */
  readonly status: TenantStatus | null;
  readonly schemaVersion: string | null;
  /** The migrations of their databases; null if unknown. */
  readonly names: readonly string[] | null;
  readonly tenants: number;
  /** Seconds since the change of the tenant that changed longest ago. */
  readonly oldest: number | null;
}

/** Counts tenants by server, status and schema version, never one by one. */
@Injectable()
export class TenantMetrics {
  constructor({ registry }: Metrics, control: ControlDatabase, migrations: TenantMigrations) {
    const registers = [registry];
    const snapshot = new Snapshot(() => count(control), { freshMs: 5000, patienceMs: 2000 });
    const sum = (groups: readonly Group[] | undefined, which: (group: Group) => boolean) =>
      groups?.filter(which).reduce((total, group) => total + group.tenants, 0);
    new Gauge({
      name: 'helpdeskly_tenants',
      help: 'Tenants by server and status',
      labelNames: ['server', 'status'],
      registers,
      async collect() {
        const groups = (await snapshot.get()) ?? [];
        this.reset();
        for (const { server } of groups) for (const status of statuses) this.set({ server, status }, 0);
        for (const { server, status, tenants } of groups) if (status !== null) this.inc({ server, status }, tenants);
      },
    });
    new Gauge({
      name: 'helpdeskly_tenants_by_schema_version',
      help: "Tenants with a database, by the last migration of their database's schema",
      labelNames: ['schema_version'],
      registers,
      async collect() {
        const groups = (await snapshot.get()) ?? [];
        this.reset();
        for (const { schemaVersion, tenants } of groups)
          if (schemaVersion !== null) this.inc({ schema_version: schemaVersion }, tenants);
      },
    });
    new Gauge({
      name: 'helpdeskly_tenants_schema_pending',
      help: 'Tenants with a database that lacks migrations which this build has',
      registers,
      async collect() {
        const behind = ({ names, schemaVersion }: Group) =>
          schemaVersion !== null &&
          lackingIn({ schemaSet: names === null ? null : { names }, schemaVersion }, migrations.current).length > 0;
        const pending = sum(await snapshot.get(), behind);
        if (pending === undefined) this.remove();
        else this.set(pending);
      },
    });
    new Gauge({
      name: 'helpdeskly_tenants_provisioning_oldest_seconds',
      help: 'How long the tenant that is PROVISIONING longest has been so, 0 when none is',
      registers,
      async collect() {
        const groups = await snapshot.get();
        const ages = groups?.flatMap(({ status, oldest }) =>
          status !== null && awaitsProvisioning(status) ? [oldest ?? 0] : [],
        );
        if (ages === undefined) this.remove();
        else this.set(Math.max(0, ...ages));
      },
    });
  }
}

function count(control: ControlDatabase): Promise<Group[]> {
  return control.client.$queryRaw<Group[]>`
    SELECT s."name" AS "server", t."status"::text AS "status", t."schemaVersion", m."names",
           count(t."id")::int AS "tenants", extract(epoch FROM now() - min(t."updatedAt"))::float8 AS "oldest"
      FROM "DatabaseServer" s
      LEFT JOIN "Tenant" t ON t."serverId" = s."id"
      LEFT JOIN "SchemaSet" m ON m."id" = t."schemaSetId"
     GROUP BY s."name", t."status", t."schemaVersion", m."id"`;
}
