-- What a tenant's databases and roles are to become: whoever finds a row that says so may finish it, after any crash.

-- A deletion: until "purgeAt" it can be taken back, which gives back "statusBefore"; from "purgeStartedAt" on it cannot.
ALTER TABLE "Tenant"
  ADD COLUMN "purgeAt" TIMESTAMPTZ(3),
  ADD COLUMN "purgeStartedAt" TIMESTAMPTZ(3),
  ADD COLUMN "statusBefore" "TenantStatus",
  ADD CONSTRAINT "Tenant_deletion" CHECK (("status" = 'DELETING') = ("purgeAt" IS NOT NULL AND "statusBefore" IS NOT NULL)
                                          AND ("purgeStartedAt" IS NULL OR "status" = 'DELETING'));

-- Whether its login roles may log in: not those of a tenant that is suspended, inactive or being deleted.
ALTER TABLE "Tenant" ADD COLUMN "accessOpen" BOOLEAN NOT NULL DEFAULT true;

-- A rotation: the next role is made and proved, then takes the place of the present one, which is the former one from
-- "credentialsChangedAt" on, until nobody uses it any more.
ALTER TABLE "Tenant"
  ADD COLUMN "nextRoleName" TEXT,
  ADD COLUMN "nextRoleSecret" TEXT,
  ADD COLUMN "formerRoleName" TEXT,
  ADD COLUMN "formerRoleSecret" TEXT,
  ADD COLUMN "credentialsChangedAt" TIMESTAMPTZ(3),
  ADD CONSTRAINT "Tenant_rotation" CHECK (("nextRoleName" IS NULL) = ("nextRoleSecret" IS NULL)
                                          AND ("formerRoleName" IS NULL) = ("formerRoleSecret" IS NULL)
                                          AND ("nextRoleName" IS NULL OR "formerRoleName" IS NULL));

-- The sweep looks for what is due every few seconds: few of very many rows.
CREATE INDEX "Tenant_purgeAt_idx" ON "Tenant"("purgeAt") WHERE "purgeAt" IS NOT NULL;
CREATE INDEX "Tenant_rotating_idx" ON "Tenant"("id") WHERE "nextRoleName" IS NOT NULL OR "formerRoleName" IS NOT NULL;
CREATE INDEX "Tenant_access_idx" ON "Tenant"("id") WHERE "accessOpen" <> ("status" NOT IN ('SUSPENDED', 'INACTIVE', 'DELETING'));

-- What is left of a tenant after its purge, beside the audit trail: no name, no address, nobody's data.
CREATE TABLE "TenantTombstone" (
    "id" UUID NOT NULL,
    "slugHash" BYTEA NOT NULL,
    "nameHash" BYTEA NOT NULL,
    "databaseName" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "deletedAt" TIMESTAMPTZ(3) NOT NULL,
    "purgedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "TenantTombstone_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "TenantTombstone_slugHash_idx" ON "TenantTombstone"("slugHash");
