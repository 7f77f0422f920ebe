-- Orders to replace the credential of every tenant's database, and how far each has got.
CREATE TYPE "CredentialRotationStatus" AS ENUM ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');
CREATE TYPE "CredentialRotationState" AS ENUM ('PENDING', 'RUNNING', 'DONE', 'FAILED');

CREATE TABLE "CredentialRotation" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "status" "CredentialRotationStatus" NOT NULL DEFAULT 'RUNNING',
    "concurrency" INTEGER NOT NULL,
    "orderedBy" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "CredentialRotation_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "TenantCredentialRotation" (
    "rotationId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "state" "CredentialRotationState" NOT NULL DEFAULT 'PENDING',
    "targetGeneration" INTEGER,
    "error" TEXT,

    CONSTRAINT "TenantCredentialRotation_pkey" PRIMARY KEY ("rotationId", "tenantId")
);

CREATE INDEX "CredentialRotation_status_idx" ON "CredentialRotation"("status");
CREATE INDEX "CredentialRotation_createdAt_id_idx" ON "CredentialRotation"("createdAt", "id");
CREATE INDEX "TenantCredentialRotation_rotationId_state_position_idx" ON "TenantCredentialRotation"("rotationId", "state", "position");
CREATE INDEX "TenantCredentialRotation_tenantId_idx" ON "TenantCredentialRotation"("tenantId");

ALTER TABLE "TenantCredentialRotation" ADD CONSTRAINT "TenantCredentialRotation_rotationId_fkey" FOREIGN KEY ("rotationId") REFERENCES "CredentialRotation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "TenantCredentialRotation" ADD CONSTRAINT "TenantCredentialRotation_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
