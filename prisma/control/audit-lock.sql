-- For a superuser to run in the control database, once, and again at will. The services' role owns the table of the audit
-- trail, and an owner may turn its triggers off or rewrite it: this keeps it from that. Whoever has to change the table on
-- purpose disables the event triggers first, which only a superuser can.
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS "helpdeskly_guard";
REVOKE ALL ON SCHEMA "helpdeskly_guard" FROM PUBLIC;

CREATE OR REPLACE FUNCTION "helpdeskly_guard"."keep_audit_trail"() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  trail oid := to_regclass('public."AuditEvent"');
  lock oid := to_regprocedure('catalog.refuse_change()');
  touched boolean;
BEGIN
  IF TG_EVENT = 'table_rewrite' THEN
    touched := pg_event_trigger_table_rewrite_oid() = trail;
  ELSIF TG_EVENT = 'sql_drop' THEN
    touched := EXISTS (
      SELECT FROM pg_event_trigger_dropped_objects()
       WHERE object_identity ~ '^(public\."AuditEvent"(\..*)?|"AuditEvent_append_only" on public\."AuditEvent"|catalog\.refuse_change\(\))$'
         AND object_type IN ('table', 'table column', 'trigger', 'function'));
  ELSE
    touched := EXISTS (
      SELECT FROM pg_event_trigger_ddl_commands() c
       WHERE (c.objid = trail OR c.objid = lock)
         AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = trail AND t.tgfoid = lock)
         AND (c.command_tag IN ('CREATE FUNCTION', 'ALTER FUNCTION')
              OR NOT EXISTS (SELECT FROM pg_trigger t
                              WHERE t.tgrelid = trail AND t.tgfoid = lock AND t.tgenabled IN ('O', 'A'))));
  END IF;
  IF touched THEN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
  END IF;
END
$$;

DROP EVENT TRIGGER IF EXISTS "helpdeskly_audit_altered";
CREATE EVENT TRIGGER "helpdeskly_audit_altered" ON ddl_command_end
  WHEN TAG IN ('ALTER TABLE', 'CREATE FUNCTION', 'ALTER FUNCTION')
  EXECUTE FUNCTION "helpdeskly_guard"."keep_audit_trail"();
DROP EVENT TRIGGER IF EXISTS "helpdeskly_audit_dropped";
CREATE EVENT TRIGGER "helpdeskly_audit_dropped" ON sql_drop
  EXECUTE FUNCTION "helpdeskly_guard"."keep_audit_trail"();
DROP EVENT TRIGGER IF EXISTS "helpdeskly_audit_rewritten";
CREATE EVENT TRIGGER "helpdeskly_audit_rewritten" ON table_rewrite
  EXECUTE FUNCTION "helpdeskly_guard"."keep_audit_trail"();
