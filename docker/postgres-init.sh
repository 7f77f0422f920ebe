#!/usr/bin/env bash
# Runs when the volume is empty, and again at will: the control database with the services' role in it, the administrator of
# tenants' databases, and what PgBouncer asks for tenants' passwords. None of the services signs in as the superuser.
set -euo pipefail

export AUDIT_FILE="${AUDIT_FILE:-/etc/helpdeskly/audit.sql}" PREPARE_FILE="${PREPARE_FILE:-/etc/helpdeskly/server/prepare.sql}"
CONTROL_FILE="$(dirname "$PREPARE_FILE")/control-database.sql"
export CONTROL_FILE
: "${CONTROL_DATABASE_PASSWORD:?}" "${TENANT_ADMIN_PASSWORD:?}" "${PGBOUNCER_PASSWORD:?}"

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv pgbouncer_password PGBOUNCER_PASSWORD
\getenv control CONTROL_FILE
\i :control

\getenv prepare PREPARE_FILE
\i :prepare

SELECT 'CREATE ROLE pgbouncer' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgbouncer') \gexec
ALTER ROLE pgbouncer LOGIN PASSWORD :'pgbouncer_password';
SELECT 'CREATE DATABASE pgb_auth' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'pgb_auth') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE pgb_auth FROM PUBLIC;
GRANT CONNECT ON DATABASE pgb_auth TO pgbouncer;
\connect pgb_auth
SET client_min_messages = warning;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS pgb;
GRANT USAGE ON SCHEMA pgb TO pgbouncer;

-- Verifiers of tenants' login roles and of nobody else's; PgBouncer stores none.
CREATE OR REPLACE FUNCTION pgb.get_auth(requested text) RETURNS TABLE (username text, password text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT rolname::text, rolpassword
    FROM pg_authid
   WHERE rolname = requested AND rolname ~ '^t_[0-9a-f]{32}_[ab]$' AND rolcanlogin
     AND (rolvaliduntil IS NULL OR rolvaliduntil > now())
$$;
REVOKE ALL ON FUNCTION pgb.get_auth(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgb.get_auth(text) TO pgbouncer;
SQL
