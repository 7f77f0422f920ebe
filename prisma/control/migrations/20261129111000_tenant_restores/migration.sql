-- Archives that are put into the place of their tenants' databases.
CREATE TYPE "RestoreStatus" AS ENUM ('RUNNING', 'DONE', 'FAILED');
CREATE TYPE "RestoreStep" AS ENUM ('FILLING', 'SWITCHING', 'ARCHIVING');

CREATE TABLE "TenantRestore" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "tenantId" UUID NOT NULL,
    "tenantSlug" TEXT NOT NULL,
    "backupId" UUID NOT NULL,
    "status" "RestoreStatus" NOT NULL DEFAULT 'RUNNING',
    "step" "RestoreStep" NOT NULL DEFAULT 'FILLING',
    "takes" INTEGER NOT NULL DEFAULT 0,
    "formerBackupId" UUID,
    "pauseMs" INTEGER,
    "error" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "switchedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "TenantRestore_pkey" PRIMARY KEY ("id")
);
-- Never two at once of one tenant.
CREATE UNIQUE INDEX "TenantRestore_running_key" ON "TenantRestore"("tenantId") WHERE "status" = 'RUNNING';
CREATE INDEX "TenantRestore_tenantId_idx" ON "TenantRestore"("tenantId");
CREATE INDEX "TenantRestore_backupId_idx" ON "TenantRestore"("backupId");

-- The database that is archived, if it is not the tenant's present one.
ALTER TABLE "Backup" ADD COLUMN "databaseName" TEXT;
