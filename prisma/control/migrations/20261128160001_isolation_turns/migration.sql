-- Every tenant's role has its turn at the isolation probe, and one that cannot sign in is known.
CREATE TABLE "IsolationTurn" (
    "tenantId" UUID NOT NULL,
    "triedAt" TIMESTAMPTZ(3) NOT NULL,
    "refusedSince" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "IsolationTurn_pkey" PRIMARY KEY ("tenantId")
);

CREATE INDEX "IsolationTurn_refusedSince_idx" ON "IsolationTurn"("refusedSince");

ALTER TABLE "IsolationTurn" ADD CONSTRAINT "IsolationTurn_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
