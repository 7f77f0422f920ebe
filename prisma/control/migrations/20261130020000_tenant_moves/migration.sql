-- Tenants that are carried to other servers.
-- compatible
CREATE TYPE "MoveStatus" AS ENUM ('COPYING', 'CATCHING_UP', 'SWITCHING', 'DONE', 'ROLLED_BACK');
CREATE TYPE "EvacuationStatus" AS ENUM ('RUNNING', 'DONE', 'FAILED');

CREATE TABLE "TenantMove" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "tenantId" UUID NOT NULL,
    "tenantSlug" TEXT NOT NULL,
    "fromServerId" UUID NOT NULL,
    "toServerId" UUID NOT NULL,
    "evacuationId" UUID,
    "status" "MoveStatus" NOT NULL DEFAULT 'COPYING',
    "takes" INTEGER NOT NULL DEFAULT 0,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "lagBytes" BIGINT,
    "rows" BIGINT,
    "pauseMs" INTEGER,
    "verified" BOOLEAN NOT NULL DEFAULT false,
    "error" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "switchedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "formerDroppedAt" TIMESTAMPTZ(3),

    CONSTRAINT "TenantMove_pkey" PRIMARY KEY ("id")
);
-- Never two at once of one tenant.
CREATE UNIQUE INDEX "TenantMove_running_key" ON "TenantMove"("tenantId") WHERE "finishedAt" IS NULL;
CREATE INDEX "TenantMove_tenantId_idx" ON "TenantMove"("tenantId");
CREATE INDEX "TenantMove_evacuationId_idx" ON "TenantMove"("evacuationId");

CREATE TABLE "Evacuation" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "serverId" UUID NOT NULL,
    "status" "EvacuationStatus" NOT NULL DEFAULT 'RUNNING',
    "error" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Evacuation_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Evacuation_running_key" ON "Evacuation"("serverId") WHERE "status" = 'RUNNING';
CREATE INDEX "Evacuation_serverId_idx" ON "Evacuation"("serverId");
