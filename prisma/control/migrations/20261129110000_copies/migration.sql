-- What a tenant's database is filled from when it is made: an archive. Archives may be gone later, so nothing refers to "Backup".
CREATE TYPE "CopyKind" AS ENUM ('RESTORE', 'CLONE', 'ANONYMIZED');
ALTER TABLE "Tenant" ADD COLUMN "copyOfId" UUID;
ALTER TABLE "Tenant" ADD COLUMN "copyKind" "CopyKind";
ALTER TABLE "Tenant" ADD CONSTRAINT "Tenant_copy_whole" CHECK (("copyOfId" IS NULL) = ("copyKind" IS NULL));
CREATE INDEX "Tenant_copyOfId_idx" ON "Tenant"("copyOfId");
