-- The audit trail moves into a schema of its own, which `../../audit.sql`, run by a superuser, can give to a role that is
-- nobody's. Where that has been done already, what the first migrations made has moved, or is empty and goes.
CREATE SCHEMA IF NOT EXISTS "audit";

DO $$
BEGIN
  IF to_regclass('audit."AuditEvent"') IS NULL THEN
    ALTER TYPE "public"."ActorType" SET SCHEMA "audit";
    ALTER TABLE "public"."AuditEvent" SET SCHEMA "audit";
    ALTER FUNCTION "catalog"."refuse_change"() SET SCHEMA "audit";
    REVOKE ALL ON SCHEMA "audit" FROM PUBLIC;
  ELSIF to_regclass('public."AuditEvent"') IS NOT NULL THEN
    IF EXISTS (SELECT FROM "public"."AuditEvent") THEN
      RAISE EXCEPTION 'both audit."AuditEvent" and public."AuditEvent" hold events: run prisma/control/audit.sql as a superuser, which joins them';
    END IF;
    DROP TABLE "public"."AuditEvent";
    DROP TYPE "public"."ActorType";
    DROP FUNCTION "catalog"."refuse_change"();
  END IF;
END
$$;
