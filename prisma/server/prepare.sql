-- For psql, as a superuser, and again at will: prepares a server for tenants' databases. `npm start` does the same by itself.
--   TENANT_ADMIN_PASSWORD=… psql -v ON_ERROR_STOP=1 -d postgres -f prisma/server/prepare.sql
\getenv administrator_password TENANT_ADMIN_PASSWORD
\ir administrator.sql
ALTER ROLE helpdeskly_admin PASSWORD :'administrator_password';

-- What templates are made from: empty, and closed to large objects, which its clones are then too.
SELECT $$CREATE DATABASE helpdeskly_base TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'$$
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'helpdeskly_base')
\gexec
REVOKE ALL ON DATABASE helpdeskly_base FROM PUBLIC;
ALTER DATABASE helpdeskly_base ALLOW_CONNECTIONS true;
\connect helpdeskly_base
\ir large-objects.sql
\connect postgres
ALTER DATABASE helpdeskly_base ALLOW_CONNECTIONS false IS_TEMPLATE true;
