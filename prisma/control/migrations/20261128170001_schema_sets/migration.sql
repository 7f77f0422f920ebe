-- What a tenant's database has applied, told by a set of migrations that thousands of tenants share. A tenant without one
-- has not been looked at since there are sets.
CREATE TABLE "SchemaSet" (
    "id" TEXT NOT NULL,
    "names" TEXT[] NOT NULL,
    "checksums" TEXT[] NOT NULL,
    "templateAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SchemaSet_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "Tenant" ADD COLUMN "schemaSetId" TEXT;
CREATE INDEX "Tenant_schemaSetId_idx" ON "Tenant"("schemaSetId");
ALTER TABLE "Tenant" ADD CONSTRAINT "Tenant_schemaSetId_fkey"
  FOREIGN KEY ("schemaSetId") REFERENCES "SchemaSet"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "TenantMigration" ADD COLUMN "serverId" UUID, ADD COLUMN "movedUpAt" TIMESTAMPTZ(3);
UPDATE "TenantMigration" m SET "serverId" = t."serverId" FROM "Tenant" t WHERE t."id" = m."tenantId";
ALTER TABLE "TenantMigration" ALTER COLUMN "serverId" SET NOT NULL;
CREATE INDEX "TenantMigration_runId_serverId_state_position_idx" ON "TenantMigration"("runId", "serverId", "state", "position");
-- Those that are asked for, of which there are few.
CREATE INDEX "TenantMigration_movedUp_idx" ON "TenantMigration"("runId", "serverId", "movedUpAt")
  WHERE "movedUpAt" IS NOT NULL AND "state" = 'PENDING';

-- One run at a time: of several that an earlier release let begin, the oldest goes on.
UPDATE "MigrationRun" r
   SET "status" = 'CANCELLED', "statusReason" = 'Another run was under way.', "finishedAt" = clock_timestamp()
 WHERE r."status" = 'RUNNING'
   AND EXISTS (SELECT FROM "MigrationRun" o WHERE o."status" = 'RUNNING' AND (o."createdAt", o."id") < (r."createdAt", r."id"));
CREATE UNIQUE INDEX "MigrationRun_running_key" ON "MigrationRun"("status") WHERE "status" = 'RUNNING';

-- What app-api compares with the migrations that its build requires.
CREATE VIEW "catalog"."tenant_schema" AS
SELECT t."id" AS "tenantId", t."schemaSetId", t."schemaVersion", s."names" AS "migrations"
  FROM "Tenant" t
  LEFT JOIN "SchemaSet" s ON s."id" = t."schemaSetId";
