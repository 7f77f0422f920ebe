CREATE TYPE "RehearsalStatus" AS ENUM ('RUNNING', 'DONE');
CREATE TYPE "RehearsalChoice" AS ENUM ('LARGEST', 'OLDEST', 'RANDOM', 'NAMED');

CREATE TABLE "MigrationRehearsal" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "status" "RehearsalStatus" NOT NULL DEFAULT 'RUNNING',
    "migrations" JSONB NOT NULL,
    "named" UUID[] NOT NULL,
    "chosenAt" TIMESTAMPTZ(3),
    "forecast" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "MigrationRehearsal_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "RehearsedTenant" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "rehearsalId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "choice" "RehearsalChoice" NOT NULL,
    "doneAt" TIMESTAMPTZ(3),
    "sizeBytes" BIGINT,
    "durationMs" DOUBLE PRECISION,
    "applied" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "locks" JSONB NOT NULL DEFAULT '[]',
    "rewrites" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "sizeChange" BIGINT,
    "error" TEXT,

    CONSTRAINT "RehearsedTenant_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "MigrationRehearsal_createdAt_id_idx" ON "MigrationRehearsal"("createdAt", "id");
CREATE INDEX "MigrationRehearsal_status_idx" ON "MigrationRehearsal"("status");
CREATE UNIQUE INDEX "RehearsedTenant_rehearsalId_tenantId_key" ON "RehearsedTenant"("rehearsalId", "tenantId");
CREATE INDEX "RehearsedTenant_tenantId_idx" ON "RehearsedTenant"("tenantId");

ALTER TABLE "RehearsedTenant" ADD CONSTRAINT "RehearsedTenant_rehearsalId_fkey" FOREIGN KEY ("rehearsalId") REFERENCES "MigrationRehearsal"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "RehearsedTenant" ADD CONSTRAINT "RehearsedTenant_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
