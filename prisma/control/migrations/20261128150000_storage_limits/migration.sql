-- How many bytes a tenant may store; null is the default, 10 GiB.
ALTER TABLE "Tenant" ADD COLUMN "maxStorageBytes" BIGINT;

-- How many it stores, as app-api told last. Apart from "Tenant", whose changes every process is told of.
CREATE TABLE "TenantStorage" (
    "tenantId" UUID NOT NULL,
    "bytes" BIGINT NOT NULL,
    "revision" BIGINT NOT NULL,
    "toldAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TenantStorage_pkey" PRIMARY KEY ("tenantId")
);

CREATE INDEX "TenantStorage_bytes_tenantId_idx" ON "TenantStorage"("bytes", "tenantId");

ALTER TABLE "TenantStorage" ADD CONSTRAINT "TenantStorage_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- As a double: pg reads bigint as text, and whole numbers are exact far beyond any storage.
CREATE OR REPLACE VIEW "catalog"."tenant" AS
SELECT t."id", t."slug", t."status"::text AS "status", t."maxConnections", t."requestsPerMinute",
       t."databaseName", t."roleName", t."roleSecret", t."credentialGeneration", t."generation", t."schemaVersion",
       s."host", s."port", s."poolerAddress", t."plan",
       coalesce(t."maxStorageBytes", 10737418240)::double precision AS "storageBytes"
  FROM "Tenant" t
  JOIN "DatabaseServer" s ON s."id" = t."serverId";
