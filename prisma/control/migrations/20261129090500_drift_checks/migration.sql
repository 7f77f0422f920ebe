-- compatible
-- Comparisons of tenants' databases with the template of their migrations, and what each found.
CREATE TYPE "DriftCheckStatus" AS ENUM ('RUNNING', 'DONE');
CREATE TABLE "DriftCheck" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "status" "DriftCheckStatus" NOT NULL DEFAULT 'RUNNING',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DriftCheck_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "DriftCheck_createdAt_id_idx" ON "DriftCheck"("createdAt", "id");
CREATE INDEX "DriftCheck_status_idx" ON "DriftCheck"("status");

-- `checkedAt` is null until the tenant was compared. `count` is of all differences, of which `differences` keeps the first.
CREATE TABLE "DriftCheckTenant" (
    "checkId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "checkedAt" TIMESTAMPTZ(3),
    "differences" JSONB NOT NULL DEFAULT '[]',
    "count" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,

    CONSTRAINT "DriftCheckTenant_pkey" PRIMARY KEY ("checkId", "tenantId"),
    CONSTRAINT "DriftCheckTenant_checkId_fkey" FOREIGN KEY ("checkId") REFERENCES "DriftCheck"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "DriftCheckTenant_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "DriftCheckTenant_tenantId_idx" ON "DriftCheckTenant"("tenantId");

-- Tenants whose last comparison found differences.
CREATE TABLE "TenantDrift" (
    "tenantId" UUID NOT NULL,
    "checkId" UUID NOT NULL,
    "count" INTEGER NOT NULL,
    "first" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "TenantDrift_pkey" PRIMARY KEY ("tenantId"),
    CONSTRAINT "TenantDrift_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
