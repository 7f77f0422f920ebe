-- CreateEnum
CREATE TYPE "MigrationRunStatus" AS ENUM ('RUNNING', 'SUCCEEDED', 'FAILED', 'HALTED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "MigrationState" AS ENUM ('PENDING', 'RUNNING', 'DONE', 'FAILED', 'DRIFTED');

-- CreateTable
CREATE TABLE "MigrationRun" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "status" "MigrationRunStatus" NOT NULL DEFAULT 'RUNNING',
    "statusReason" TEXT,
    "migrations" JSONB NOT NULL,
    "everyTenant" BOOLEAN NOT NULL,
    "canary" INTEGER,
    "concurrency" INTEGER NOT NULL,
    "maxFailures" INTEGER,
    "dryRun" BOOLEAN NOT NULL DEFAULT false,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "MigrationRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TenantMigration" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "runId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "state" "MigrationState" NOT NULL DEFAULT 'PENDING',
    "takes" INTEGER NOT NULL DEFAULT 0,
    "fromVersion" TEXT,
    "applied" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "migration" TEXT,
    "sqlState" TEXT,
    "statement" TEXT,
    "line" INTEGER,
    "error" TEXT,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "TenantMigration_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "MigrationRun_status_idx" ON "MigrationRun"("status");

-- CreateIndex
CREATE INDEX "MigrationRun_createdAt_id_idx" ON "MigrationRun"("createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "TenantMigration_runId_tenantId_key" ON "TenantMigration"("runId", "tenantId");

-- CreateIndex
CREATE INDEX "TenantMigration_runId_state_position_idx" ON "TenantMigration"("runId", "state", "position");

-- CreateIndex
CREATE INDEX "TenantMigration_tenantId_idx" ON "TenantMigration"("tenantId");

-- AddForeignKey
ALTER TABLE "TenantMigration" ADD CONSTRAINT "TenantMigration_runId_fkey" FOREIGN KEY ("runId") REFERENCES "MigrationRun"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TenantMigration" ADD CONSTRAINT "TenantMigration_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
