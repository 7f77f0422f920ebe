-- For a superuser to run in the control database, and again at will, before or after the migrations: gives the audit trail to
-- a role that nobody is a member of. The services' role may then add events and read them, and nothing else. The owner of a
-- database can drop its schemas whoever owns what is in them, so the database goes to that role too.
--
-- The services' role is helpdeskly_control, or what the setting helpdeskly.service_role names:
--   psql -d helpdeskly_control -c "SET helpdeskly.service_role = 'name'" -f prisma/control/audit.sql
SET client_min_messages = warning;

-- Until now event triggers stood in for an owner.
DROP EVENT TRIGGER IF EXISTS "helpdeskly_audit_altered";
DROP EVENT TRIGGER IF EXISTS "helpdeskly_audit_dropped";
DROP EVENT TRIGGER IF EXISTS "helpdeskly_audit_rewritten";
DROP SCHEMA IF EXISTS "helpdeskly_guard" CASCADE;

-- The keeper: it cannot log in, and whoever was made a member of it, its maker included, is no longer one.
DO $$
DECLARE membership record;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'helpdeskly_audit') THEN
    BEGIN
      CREATE ROLE "helpdeskly_audit" NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- Made for another control database at the same moment.
    END;
  END IF;
  FOR membership IN
    SELECT m.member::regrole AS member, m.grantor::regrole AS grantor FROM pg_catalog.pg_auth_members m
     WHERE m.roleid = 'helpdeskly_audit'::regrole
  LOOP
    EXECUTE format('REVOKE "helpdeskly_audit" FROM %s GRANTED BY %s CASCADE', membership.member, membership.grantor);
  END LOOP;
  FOR membership IN
    SELECT m.roleid::regrole AS role, m.grantor::regrole AS grantor FROM pg_catalog.pg_auth_members m
     WHERE m.member = 'helpdeskly_audit'::regrole
  LOOP
    EXECUTE format('REVOKE %s FROM "helpdeskly_audit" GRANTED BY %s CASCADE', membership.role, membership.grantor);
  END LOOP;
  IF EXISTS (SELECT FROM pg_catalog.pg_authid
              WHERE rolname = 'helpdeskly_audit'
                AND (rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR rolpassword IS NOT NULL)) THEN
    ALTER ROLE "helpdeskly_audit" NOLOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD NULL;
  END IF;
END
$$;

-- What the migrations make, when they have not run yet; what they have made moves here.
CREATE SCHEMA IF NOT EXISTS "audit";
DO $$
BEGIN
  IF to_regclass('audit."AuditEvent"') IS NULL AND to_regclass('public."AuditEvent"') IS NOT NULL THEN
    ALTER TYPE "public"."ActorType" SET SCHEMA "audit";
    ALTER TABLE "public"."AuditEvent" SET SCHEMA "audit";
    ALTER FUNCTION "catalog"."refuse_change"() SET SCHEMA "audit";
  ELSIF to_regclass('audit."AuditEvent"') IS NULL THEN
    CREATE TYPE "audit"."ActorType" AS ENUM ('OPERATOR', 'API_KEY', 'SYSTEM');
    CREATE TABLE "audit"."AuditEvent" (
        "id" UUID NOT NULL DEFAULT uuidv7(),
        "seq" BIGSERIAL NOT NULL,
        "action" TEXT NOT NULL,
        "actorType" "audit"."ActorType" NOT NULL,
        "actorId" TEXT,
        "actorName" TEXT,
        "tenantId" UUID,
        "tenantSlug" TEXT,
        "address" TEXT,
        "requestId" TEXT,
        "details" JSONB NOT NULL DEFAULT '{}',
        "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
    );
    CREATE UNIQUE INDEX "AuditEvent_seq_key" ON "audit"."AuditEvent"("seq");
    CREATE INDEX "AuditEvent_tenantId_seq_idx" ON "audit"."AuditEvent"("tenantId", "seq");
  ELSIF to_regclass('public."AuditEvent"') IS NOT NULL THEN
    INSERT INTO "audit"."AuditEvent" ("id", "action", "actorType", "actorId", "actorName", "tenantId", "tenantSlug", "address", "requestId", "details", "createdAt")
      SELECT "id", "action", "actorType"::text::"audit"."ActorType", "actorId", "actorName", "tenantId", "tenantSlug", "address", "requestId", "details", "createdAt"
        FROM "public"."AuditEvent" ORDER BY "seq"
      ON CONFLICT ("id") DO NOTHING;
    ALTER TABLE "public"."AuditEvent" DISABLE TRIGGER "AuditEvent_append_only";
    TRUNCATE "public"."AuditEvent"; -- The migration that follows drops it.
  END IF;
END
$$;

-- Its former owner may have put what it liked beside the one trigger.
CREATE OR REPLACE FUNCTION "audit"."refuse_change"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'the table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
DO $$
DECLARE thing record;
BEGIN
  FOR thing IN SELECT tgname AS name FROM pg_catalog.pg_trigger WHERE tgrelid = 'audit."AuditEvent"'::regclass AND NOT tgisinternal LOOP
    EXECUTE format('DROP TRIGGER %I ON "audit"."AuditEvent"', thing.name);
  END LOOP;
  FOR thing IN SELECT rulename AS name FROM pg_catalog.pg_rewrite WHERE ev_class = 'audit."AuditEvent"'::regclass LOOP
    EXECUTE format('DROP RULE %I ON "audit"."AuditEvent"', thing.name);
  END LOOP;
  FOR thing IN SELECT polname AS name FROM pg_catalog.pg_policy WHERE polrelid = 'audit."AuditEvent"'::regclass LOOP
    EXECUTE format('DROP POLICY %I ON "audit"."AuditEvent"', thing.name);
  END LOOP;
  FOR thing IN SELECT inhrelid::regclass AS name FROM pg_catalog.pg_inherits WHERE inhparent = 'audit."AuditEvent"'::regclass LOOP
    EXECUTE format('ALTER TABLE %s NO INHERIT "audit"."AuditEvent"', thing.name);
  END LOOP;
END
$$;
ALTER TABLE "audit"."AuditEvent" DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
CREATE TRIGGER "AuditEvent_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit"."AuditEvent"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit"."refuse_change"();
ALTER TABLE "audit"."AuditEvent" ENABLE ALWAYS TRIGGER "AuditEvent_append_only";

ALTER SCHEMA "audit" OWNER TO "helpdeskly_audit";
ALTER TABLE "audit"."AuditEvent" OWNER TO "helpdeskly_audit";
ALTER TYPE "audit"."ActorType" OWNER TO "helpdeskly_audit";
ALTER FUNCTION "audit"."refuse_change"() OWNER TO "helpdeskly_audit";

-- Neither the order nor the time of an event is for its writer to choose.
DO $$
DECLARE
  service text := quote_ident(coalesce(nullif(current_setting('helpdeskly.service_role', true), ''), 'helpdeskly_control'));
  database text := quote_ident(current_database());
  granted record;
BEGIN
  FOR granted IN
    SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS grantee
      FROM (SELECT nspacl AS acl FROM pg_catalog.pg_namespace WHERE nspname = 'audit'
            UNION ALL SELECT relacl FROM pg_catalog.pg_class WHERE relnamespace = 'audit'::regnamespace
            UNION ALL SELECT attacl FROM pg_catalog.pg_attribute WHERE attrelid = 'audit."AuditEvent"'::regclass) AS acls,
           aclexplode(acl) AS a
     WHERE a.grantee <> 'helpdeskly_audit'::regrole
  LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA "audit" FROM %1$s CASCADE; REVOKE ALL ON ALL TABLES IN SCHEMA "audit" FROM %1$s CASCADE;'
                   'REVOKE ALL ON ALL SEQUENCES IN SCHEMA "audit" FROM %1$s CASCADE', granted.grantee);
  END LOOP;
  EXECUTE format(
    'GRANT USAGE ON SCHEMA "audit" TO %1$s;'
    'GRANT SELECT ON "audit"."AuditEvent" TO %1$s;'
    'GRANT INSERT ("action", "actorType", "actorId", "actorName", "tenantId", "tenantSlug", "address", "requestId", "details") ON "audit"."AuditEvent" TO %1$s;'
    'GRANT USAGE ON SEQUENCE "audit"."AuditEvent_seq_seq" TO %1$s;', service);
  EXECUTE format(
    'ALTER DATABASE %2$s OWNER TO "helpdeskly_audit";'
    'ALTER SCHEMA public OWNER TO pg_database_owner;'
    'REVOKE CONNECT, TEMPORARY ON DATABASE %2$s FROM PUBLIC;'
    'REVOKE ALL ON SCHEMA public FROM PUBLIC;'
    'GRANT ALL ON DATABASE %2$s TO %1$s WITH GRANT OPTION;'
    'GRANT ALL ON SCHEMA public TO %1$s WITH GRANT OPTION;', service, database);
END
$$;
RESET client_min_messages;
