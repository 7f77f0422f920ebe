CREATE TYPE "WarmState" AS ENUM ('BUILDING', 'READY', 'CLAIMED');

-- Databases that were cloned before their tenant is known: claimed by one conditional UPDATE, then renamed.
CREATE TABLE "WarmDatabase" (
    "name" TEXT NOT NULL,
    "serverId" UUID NOT NULL,
    "template" TEXT NOT NULL,
    "state" "WarmState" NOT NULL DEFAULT 'BUILDING',
    "tenantId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WarmDatabase_pkey" PRIMARY KEY ("name"),
    CONSTRAINT "WarmDatabase_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "DatabaseServer"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "WarmDatabase_claim" CHECK (("state" = 'CLAIMED') = ("tenantId" IS NOT NULL))
);

CREATE UNIQUE INDEX "WarmDatabase_tenantId_key" ON "WarmDatabase"("tenantId");
CREATE INDEX "WarmDatabase_serverId_state_idx" ON "WarmDatabase"("serverId", "state");
