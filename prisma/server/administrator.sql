-- For a superuser to run in the database postgres of a server that holds tenants' databases, and again at will: makes the role
-- that the services administer tenants by. It makes databases and roles, and ends and watches their sessions; it is no
-- superuser, so it stands above nothing that it has not made itself, the audit trail of a control database on the same server
-- included. What a superuser administered until now comes over to it. REPLICATION, which moves of tenants away from the server
-- need and which reads the whole server, is a superuser's to give; a role that has it keeps it.
--
-- The role is helpdeskly_admin, or what the setting helpdeskly.administrator names. Its password is set apart from this script.
SET client_min_messages = warning;

DO $$
DECLARE
  administrator text := coalesce(nullif(current_setting('helpdeskly.administrator', true), ''), 'helpdeskly_admin');
  place text;
  shared record;
  tenant record;
BEGIN
  PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('helpdeskly administrator')); -- Catalogs do not wait for each other.
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = administrator) THEN
    EXECUTE format('CREATE ROLE %I', administrator);
  END IF;
  EXECUTE format('ALTER ROLE %I LOGIN INHERIT CREATEDB CREATEROLE NOSUPERUSER NOBYPASSRLS', administrator);
  EXECUTE format('GRANT pg_signal_backend, pg_read_all_stats TO %I', administrator);
  EXECUTE format('GRANT SET ON PARAMETER temp_file_limit, session_replication_role TO %I', administrator);

  -- It acts as the owner of tenants' databases; of the others it may only say who is a member.
  FOR shared IN
    SELECT * FROM (VALUES ('helpdeskly_owner', true), ('helpdeskly_dml', false), ('helpdeskly_readonly', false)) AS s (name, acts)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = shared.name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', shared.name);
    END IF;
    EXECUTE format('GRANT %I TO %I WITH ADMIN TRUE, INHERIT %s, SET %s', shared.name, administrator, shared.acts::text, shared.acts::text);
  END LOOP;

  -- Tenants' login roles that somebody else made: as if it had made them.
  FOR tenant IN
    SELECT r.rolname AS name FROM pg_catalog.pg_roles r
     WHERE r.rolname ~ '^t_[0-9a-f]{32}_[ab]$' AND NOT r.rolsuper
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_auth_members m
                        WHERE m.roleid = r.oid AND m.member = administrator::regrole AND m.admin_option)
  LOOP
    EXECUTE format('GRANT %I TO %I WITH ADMIN TRUE, INHERIT FALSE, SET FALSE', tenant.name, administrator);
  END LOOP;

  -- By default every role may connect to every database. Support staff's begins in postgres.
  FOREACH place IN ARRAY ARRAY['postgres', 'template1'] LOOP
    IF EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = place) THEN
      EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', place);
    END IF;
  END LOOP;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I, helpdeskly_readonly', current_database(), administrator);
END
$$;

RESET client_min_messages;
