import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connected, needing, OwnPostgres } from '@helpdeskly/testing';
import pg from 'pg';

const script = fileURLToPath(new URL('../docker/postgres-init.sh', import.meta.url));
const auditScript = fileURLToPath(new URL('../prisma/control/audit.sql', import.meta.url));
/** Quotes and backslashes: a password must arrive as it was. */
const passwords = {
  CONTROL_DATABASE_PASSWORD: `control'"\\ $x`,
  PGBOUNCER_PASSWORD: `bouncer'"\\ $y`,
  TENANT_ADMIN_PASSWORD: `admin'"\\ $z`,
};
const prepareScript = fileURLToPath(new URL('../prisma/server/prepare.sql', import.meta.url));
const tenant = `t_${'0123456789abcdef'.repeat(2)}_a`;

/** On a server of its own: roles belong to a whole server. */
needing('psql')('PostgreSQL after docker/postgres-init.sh', () => {
  let server: OwnPostgres;

  const init = (environment: Readonly<Record<string, string>>) => {
    const { PATH = '' } = process.env;
    const { hostname, port, username, password } = new URL(server.adminUrl);
    const where = {
      PGHOST: hostname,
      PGPORT: port,
      PGPASSWORD: password,
      POSTGRES_USER: username,
      AUDIT_FILE: auditScript,
      PREPARE_FILE: prepareScript,
    };
    return spawnSync('bash', [script], { env: { PATH, ...where, ...environment }, encoding: 'utf8' });
  };

  const address = () => {
    const { hostname: host, port } = new URL(server.adminUrl);
    return { host, port: Number(port) };
  };

  /** The rows of a statement, or the SQLSTATE of its refusal. */
  async function as(user: string, password: string, database: string, sql: string, ...values: string[]) {
    const client = new pg.Client({ ...address(), user, password, database });
    try {
      await client.connect();
      return (await client.query<Record<string, string>>(sql, values)).rows;
    } catch (error) {
      if (error instanceof pg.DatabaseError) return error.code;
      throw error;
    } finally {
      await client.end();
    }
  }

  const asAdmin = (sql: string) => as('postgres', new URL(server.adminUrl).password, 'postgres', sql);
  const asPooler = (sql: string, ...values: string[]) =>
    as('pgbouncer', passwords.PGBOUNCER_PASSWORD, 'pgb_auth', sql, ...values);
  const asTenant = (database: string, sql: string) => as(tenant, 'tenant', database, sql);
  const lookUp = 'SELECT username, password FROM pgb.get_auth($1)';

  beforeAll(async () => {
    server = await OwnPostgres.start({ prepared: false });
    expect(init(passwords)).toMatchObject({ status: 0, stderr: '' });
    const roles = `CREATE ROLE ${tenant} LOGIN PASSWORD 'tenant'; CREATE ROLE somebody LOGIN PASSWORD 'somebody'`;
    await asAdmin(roles);
  });

  afterAll(() => server.remove());

  it('answers PgBouncer with a tenant’s verifier', async () => {
    const verifier = expect.stringMatching(/^SCRAM-SHA-256\$/) as unknown;
    expect(await asPooler(lookUp, tenant)).toEqual([{ username: tenant, password: verifier }]);
  });

  it.each(['postgres', 'helpdeskly_control', 'pgbouncer', 'somebody', `${tenant}x`, ''])(
    'answers PgBouncer nothing about %p',
    async (role) => {
      expect(await asPooler(lookUp, role)).toEqual([]);
    },
  );

  it('answers nothing about a tenant whose role may no longer log in', async () => {
    await asAdmin(`ALTER ROLE ${tenant} NOLOGIN`);
    expect(await asPooler(lookUp, tenant)).toEqual([]);
    await asAdmin(`ALTER ROLE ${tenant} LOGIN VALID UNTIL '2020-01-01'`);
    expect(await asPooler(lookUp, tenant)).toEqual([]);
    await asAdmin(`ALTER ROLE ${tenant} VALID UNTIL 'infinity'`);
  });

  it('takes the function’s names from the system’s schema, whatever the caller puts before it', async () => {
    const shadow = 'CREATE TEMPORARY TABLE pg_authid (rolname text)';
    expect(await asPooler(shadow)).toBe('42501');
    const settings = "SELECT proconfig::text AS set FROM pg_proc WHERE oid = 'pgb.get_auth(text)'::regprocedure";
    expect(await asPooler(settings)).toEqual([{ set: '{search_path=pg_catalog}' }]);
  });

  it('lets nobody but PgBouncer ask, and PgBouncer read nothing else', async () => {
    expect(await asTenant('pgb_auth', 'SELECT 1')).toBe('42501');
    expect(await asTenant('helpdeskly_control', 'SELECT 1')).toBe('42501');
    expect(await asPooler('SELECT rolpassword FROM pg_authid')).toBe('42501');
    expect(await as('pgbouncer', passwords.PGBOUNCER_PASSWORD, 'helpdeskly_control', 'SELECT 1')).toBe('42501');
    await asAdmin(`GRANT CONNECT ON DATABASE pgb_auth TO ${tenant}`);
    expect(await asTenant('pgb_auth', `SELECT * FROM pgb.get_auth('${tenant}')`)).toBe('42501');
  });

  it('has a control database that belongs to a role that cannot log in, and that the services may build in', async () => {
    const owner = `SELECT rolname, rolsuper, rolcanlogin, has_database_privilege(datname, 'CREATE') AS builds
                     FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = current_database()`;
    expect(await as('helpdeskly_control', passwords.CONTROL_DATABASE_PASSWORD, 'helpdeskly_control', owner)).toEqual([
      { rolname: 'helpdeskly_audit', rolsuper: false, rolcanlogin: false, builds: true },
    ]);
  });

  it('has an audit trail that the services’ role adds to and reads, in a database that is not its own', async () => {
    const { CONTROL_DATABASE_PASSWORD: secret } = passwords;
    const asControl = (sql: string) => as('helpdeskly_control', secret, 'helpdeskly_control', sql);
    expect(await asControl(`INSERT INTO audit."AuditEvent" ("action", "actorType") VALUES ('x', 'SYSTEM')`)).toEqual(
      [],
    );
    expect(await asControl('DELETE FROM audit."AuditEvent"')).toBe('42501');
    expect(await asControl('DROP SCHEMA audit CASCADE')).toBe('42501');
    expect(await asControl('SELECT "action" FROM audit."AuditEvent"')).toEqual([{ action: 'x' }]);
  });

  it.each(Object.keys(passwords))('was not touched by a script that misses %s', (name) => {
    expect(init({ ...passwords, [name]: '' })).toMatchObject({ status: 1, stderr: expect.stringContaining(name) });
  });

  /** What the administrator may do, and what templates begin as. */
  const prepared = `
    SELECT (SELECT json_agg(json_build_object('may', r.rolname, 'how', ARRAY[m.admin_option, m.inherit_option, m.set_option]) ORDER BY r.rolname)
              FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid WHERE m.member = a.oid AND r.rolname !~ '^t_') AS memberships,
           a.rolsuper, a.rolcreatedb, a.rolcreaterole, a.rolcanlogin, has_parameter_privilege(a.rolname, 'temp_file_limit', 'SET') AS limits,
           (SELECT json_agg(json_build_array(datname, datacl::text, datistemplate, datallowconn, datlocale) ORDER BY datname)
              FROM pg_database WHERE datname IN ('postgres', 'template1', 'helpdeskly_base')) AS databases
      FROM pg_roles a WHERE a.rolname = 'helpdeskly_admin'`;

  it('is prepared for tenants as npm start’s server is', async () => {
    const found = await asAdmin(prepared);
    expect(found).toMatchObject([{ rolsuper: false, rolcreatedb: true, rolcreaterole: true, limits: true }]);
    const other = await OwnPostgres.start();
    try {
      expect(await connected(other.adminUrl, async (client) => (await client.query(prepared)).rows)).toEqual(found);
    } finally {
      await other.remove();
    }
  });

  it('may have the script run again: it hands over tenants’ roles that a superuser has made since', async () => {
    const asServices = (sql: string) => as('helpdeskly_admin', passwords.TENANT_ADMIN_PASSWORD, 'postgres', sql);
    expect(await asServices(`ALTER ROLE ${tenant} CONNECTION LIMIT 3`)).toBe('42501');
    const before = await asAdmin(prepared);
    expect(init(passwords)).toMatchObject({ status: 0, stderr: '' });
    expect(await asAdmin(prepared)).toEqual(before);
    expect(await asServices(`ALTER ROLE ${tenant} CONNECTION LIMIT 3`)).toEqual([]);
    expect(await asServices(`SET ROLE ${tenant}`)).toBe('42501');
    expect(await asServices(`ALTER ROLE somebody CONNECTION LIMIT 3`)).toBe('42501');
  });
});
