-- For psql, as a superuser, and again at will: makes the control database, and the role that the control plane signs in as.
--   CONTROL_DATABASE_PASSWORD=… AUDIT_FILE=prisma/control/audit.sql psql -v ON_ERROR_STOP=1 -d postgres -f prisma/server/control-database.sql
\getenv control_password CONTROL_DATABASE_PASSWORD
SELECT 'CREATE ROLE helpdeskly_control' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'helpdeskly_control') \gexec
ALTER ROLE helpdeskly_control LOGIN CREATEROLE PASSWORD :'control_password';
SELECT 'CREATE DATABASE helpdeskly_control OWNER helpdeskly_control'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'helpdeskly_control') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE helpdeskly_control FROM PUBLIC;

-- The audit trail and the database belong to a role that is nobody's.
\connect helpdeskly_control
\getenv audit AUDIT_FILE
\i :audit
\connect postgres
