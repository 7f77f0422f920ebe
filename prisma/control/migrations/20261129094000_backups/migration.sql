-- Archives of tenants. They outlive their tenants, so nothing here refers to "Tenant".
CREATE TYPE "BackupStatus" AS ENUM ('RUNNING', 'DONE', 'FAILED');

CREATE TABLE "Backup" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "tenantId" UUID NOT NULL,
    "tenantSlug" TEXT NOT NULL,
    "status" "BackupStatus" NOT NULL DEFAULT 'RUNNING',
    "reason" TEXT,
    "takes" INTEGER NOT NULL DEFAULT 0,
    "takenAt" TIMESTAMPTZ(3),
    "schemaVersion" TEXT,
    "rows" BIGINT,
    "bytes" BIGINT,
    "sha256" TEXT,
    "error" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),
    "verifiedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "Backup_pkey" PRIMARY KEY ("id")
);
-- Never two at once of one tenant.
CREATE UNIQUE INDEX "Backup_running_key" ON "Backup"("tenantId") WHERE "status" = 'RUNNING';
CREATE INDEX "Backup_tenantId_startedAt_id_idx" ON "Backup"("tenantId", "startedAt", "id");
CREATE INDEX "Backup_startedAt_id_idx" ON "Backup"("startedAt", "id");
CREATE INDEX "Backup_expiresAt_idx" ON "Backup"("expiresAt");

-- Encrypts a tenant's archives; encrypted itself. Whoever deletes it has deleted the archives.
CREATE TABLE "ArchiveKey" (
    "tenantId" UUID NOT NULL,
    "keySecret" TEXT NOT NULL,
    "storedSha256" TEXT,
    "untidySince" TIMESTAMPTZ(3),

    CONSTRAINT "ArchiveKey_pkey" PRIMARY KEY ("tenantId")
);
CREATE INDEX "ArchiveKey_untidySince_idx" ON "ArchiveKey"("untidySince");
