-- What a tenant is called, for app-api: a password may not be little more than that.
CREATE VIEW "catalog"."tenant_name" AS SELECT "id", "name" FROM "Tenant";
