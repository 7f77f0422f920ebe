-- Encrypts what app-api keeps secret in the tenant's own database; encrypted itself. New encryption keys re-encrypt this one value,
-- and no tenant's database is visited for it. The control plane gives tenants that have none one at its start.
ALTER TABLE "Tenant" ADD COLUMN "dataKeySecret" TEXT;
CREATE VIEW "catalog"."tenant_data_key" AS SELECT "id", "dataKeySecret" FROM "Tenant" WHERE "dataKeySecret" IS NOT NULL;
