import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { observeCatalog } from './catalog-observations.js';
import { kinds, type IncidentKind } from './incident-kinds.js';
import { ServerObservations } from './server-observations.js';

/** How long a resolved incident is kept. */
const memoryDays = 30;
const askedOfServers: readonly IncidentKind[] = ['server_down', 'server_connections'];

/** Keeps incidents in the control database: what is observed and not open begins, what is open and not observed ends. */
@Injectable()
export class IncidentRecord {
  constructor(
    private readonly control: ControlDatabase,
    private readonly migrations: TenantMigrations,
    private readonly servers: ServerObservations,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /** One at a time over all processes, so that none ends what a later look has begun. */
  async refresh(): Promise<void> {
    const ofServers = await this.servers.observe();
    const unknown = ofServers === undefined ? askedOfServers : [];
    await this.control.transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly incidents'))`;
      const ofCatalog = await observeCatalog(tx, this.migrations.current, this.config.backups.everyMs);
      const observed = [...ofCatalog, ...(ofServers ?? [])];
      const told = JSON.stringify(observed.map((each) => ({ ...each, severity: kinds[each.kind].severity })));
      await tx.$executeRaw`
        INSERT INTO "Incident" AS known ("kind", "subject", "severity", "tenantSlug", "serverId", "message", "since", "order")
        SELECT o."kind", o."subject", o."severity", o."tenantSlug", o."serverId", o."message", b."since", 1e13 + extract(epoch FROM b."since")
          FROM jsonb_to_recordset(${told}::jsonb) AS o ("kind" text, "subject" text, "severity" text, "tenantSlug" text, "serverId" uuid,
                                                        "message" text, "since" timestamptz),
               LATERAL (SELECT coalesce(o."since", now()) AS "since") b
        ON CONFLICT ("kind", "subject") WHERE "resolvedAt" IS NULL
        DO UPDATE SET "message" = excluded."message", "severity" = excluded."severity"
         WHERE known."message" <> excluded."message" OR known."severity" <> excluded."severity"`;
      await tx.$executeRaw`
        UPDATE "Incident" i SET "resolvedAt" = now(), "order" = extract(epoch FROM now())
         WHERE i."resolvedAt" IS NULL AND i."kind" <> ALL (${[...unknown]}::text[])
           AND NOT EXISTS (SELECT FROM jsonb_to_recordset(${told}::jsonb) AS o ("kind" text, "subject" text)
                            WHERE o."kind" = i."kind" AND o."subject" = i."subject")`;
      await tx.$executeRaw`DELETE FROM "Incident" WHERE "resolvedAt" < now() - make_interval(days => ${memoryDays}::int)`;
    });
  }
}
