#!/usr/bin/env bash
# Runs once, when the volume is empty: the control database with its owner, and what PgBouncer asks for tenants' passwords.
set -euo pipefail

export AUDIT_FILE="${AUDIT_FILE:-/etc/helpdeskly/audit.sql}"
: "${CONTROL_DATABASE_PASSWORD:?}" "${PGBOUNCER_PASSWORD:?}"

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv control_password CONTROL_DATABASE_PASSWORD
\getenv pgbouncer_password PGBOUNCER_PASSWORD
CREATE ROLE helpdeskly_control LOGIN CREATEROLE PASSWORD :'control_password';
CREATE DATABASE helpdeskly_control OWNER helpdeskly_control;
REVOKE CONNECT, TEMPORARY ON DATABASE helpdeskly_control FROM PUBLIC;

-- The audit trail and the database belong to a role that is nobody's.
\connect helpdeskly_control
\getenv audit AUDIT_FILE
\i :audit
\connect postgres

CREATE ROLE pgbouncer LOGIN PASSWORD :'pgbouncer_password';
CREATE DATABASE pgb_auth;
REVOKE CONNECT, TEMPORARY ON DATABASE pgb_auth FROM PUBLIC;
GRANT CONNECT ON DATABASE pgb_auth TO pgbouncer;
\connect pgb_auth
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA pgb;
GRANT USAGE ON SCHEMA pgb TO pgbouncer;

-- Verifiers of tenants' login roles and of nobody else's; PgBouncer stores none.
CREATE FUNCTION pgb.get_auth(requested text) RETURNS TABLE (username text, password text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT rolname::text, rolpassword
    FROM pg_authid
   WHERE rolname = requested AND rolname ~ '^t_[0-9a-f]{32}_[ab]$' AND rolcanlogin
     AND (rolvaliduntil IS NULL OR rolvaliduntil > now())
$$;
REVOKE ALL ON FUNCTION pgb.get_auth(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgb.get_auth(text) TO pgbouncer;
SQL
