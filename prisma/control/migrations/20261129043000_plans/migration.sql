-- Plans: the names that tenants used so far become plans, `standard` included. A limit of null is the installation's default.
CREATE TABLE "Plan" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "name" TEXT NOT NULL,
    "maxConnections" INTEGER,
    "requestsPerMinute" INTEGER,
    "storageBytes" BIGINT,
    "features" TEXT[] NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Plan_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Plan_name_key" ON "Plan"("name");

INSERT INTO "Plan" ("name", "features") SELECT n."name", '{}' FROM (SELECT 'standard' AS "name" UNION SELECT "plan" FROM "Tenant") n;

-- The former columns hold the limits that apply, as before; these hold a tenant's own. What is not a default was chosen for the tenant.
ALTER TABLE "Tenant" ADD COLUMN "ownMaxConnections" INTEGER,
                     ADD COLUMN "ownRequestsPerMinute" INTEGER,
                     ADD COLUMN "ownStorageBytes" BIGINT;
UPDATE "Tenant"
   SET "ownMaxConnections" = nullif("maxConnections", 20), "ownRequestsPerMinute" = nullif("requestsPerMinute", 12000),
       "ownStorageBytes" = "maxStorageBytes", "maxStorageBytes" = coalesce("maxStorageBytes", 10737418240);
ALTER TABLE "Tenant" ALTER COLUMN "maxStorageBytes" SET DEFAULT 10737418240, ALTER COLUMN "maxStorageBytes" SET NOT NULL;

CREATE INDEX "Tenant_plan_idx" ON "Tenant"("plan");
ALTER TABLE "Tenant" ADD CONSTRAINT "Tenant_plan_fkey" FOREIGN KEY ("plan") REFERENCES "Plan"("name") ON DELETE RESTRICT ON UPDATE CASCADE;
