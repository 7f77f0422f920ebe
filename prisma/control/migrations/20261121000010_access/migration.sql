-- A tenant that was deleted while FAILED, restored and tried again could be ACTIVE with roles that may not log in.
UPDATE "Tenant" SET "accessOpen" = true WHERE "status" IN ('PROVISIONING', 'ACTIVE') AND NOT "accessOpen";
ALTER TABLE "Tenant" ADD CONSTRAINT "Tenant_active_is_open" CHECK ("status" NOT IN ('PROVISIONING', 'ACTIVE') OR "accessOpen");
