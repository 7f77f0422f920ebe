-- What app-api may know of the control database: two views in a schema of their own. Its role is granted these and
-- nothing else, so it sees neither the servers' admin secrets nor operators, sessions or API keys.
CREATE SCHEMA "catalog";

CREATE VIEW "catalog"."tenant" AS
SELECT t."id", t."slug", t."status"::text AS "status", t."maxConnections", t."requestsPerMinute",
       t."databaseName", t."roleName", t."roleSecret", t."credentialGeneration", t."generation", t."schemaVersion",
       s."host", s."port", s."poolerAddress"
  FROM "Tenant" t
  JOIN "DatabaseServer" s ON s."id" = t."serverId";

CREATE VIEW "catalog"."signing_key" AS
SELECT "kid", "publicJwk", "privateSecret", "createdAt", "notAfter"
  FROM "SigningKey"
 WHERE "purpose" = 'TENANT';

-- Every committed change tells the listening processes what to forget: `tenant:<slug>`, `servers` or `signing-keys`.
CREATE FUNCTION "catalog"."notify_tenant"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('helpdeskly_catalog', 'tenant:' || coalesce(NEW."slug", OLD."slug"));
  RETURN NULL;
END
$$;

CREATE FUNCTION "catalog"."notify_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('helpdeskly_catalog', TG_ARGV[0]);
  RETURN NULL;
END
$$;

CREATE TRIGGER "Tenant_notify" AFTER INSERT OR UPDATE OR DELETE ON "Tenant"
  FOR EACH ROW EXECUTE FUNCTION "catalog"."notify_tenant"();
CREATE TRIGGER "DatabaseServer_notify" AFTER UPDATE ON "DatabaseServer"
  FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."notify_change"('servers');
CREATE TRIGGER "SigningKey_notify" AFTER INSERT OR UPDATE OR DELETE ON "SigningKey"
  FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."notify_change"('signing-keys');

-- The audit trail only grows.
CREATE FUNCTION "catalog"."refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER "AuditEvent_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "AuditEvent"
  FOR EACH STATEMENT EXECUTE FUNCTION "catalog"."refuse_change"();
