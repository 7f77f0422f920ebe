-- What the isolation probe has found, and when it last looked.
CREATE TABLE "IsolationBreach" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "tenantId" UUID NOT NULL,
    "attempt" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "IsolationBreach_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "IsolationCheck" (
    "serverId" UUID NOT NULL,
    "checkedAt" TIMESTAMPTZ(3),
    "tenants" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,

    CONSTRAINT "IsolationCheck_pkey" PRIMARY KEY ("serverId")
);

CREATE UNIQUE INDEX "IsolationBreach_tenantId_attempt_target_key" ON "IsolationBreach"("tenantId", "attempt", "target");

ALTER TABLE "IsolationBreach" ADD CONSTRAINT "IsolationBreach_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "IsolationCheck" ADD CONSTRAINT "IsolationCheck_serverId_fkey" FOREIGN KEY ("serverId") REFERENCES "DatabaseServer"("id") ON DELETE CASCADE ON UPDATE CASCADE;
