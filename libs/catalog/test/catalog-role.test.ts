import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RoleUnsuitable, ensureCatalogRole } from '@helpdeskly/catalog';
import { scramVerifier } from '@helpdeskly/database';
import { asAdmin, connected, urlOf } from '@helpdeskly/testing/database';
import { ControlPlane } from './control-plane.js';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await ControlPlane.create();
  await plane.addTenant('acme');
  await plane.query(`
    INSERT INTO "Operator" ("email", "emailKey", "name", "passwordHash", "role") VALUES ('o@example.test', 'o@example.test', 'O', 'hash', 'OWNER');
    INSERT INTO "SigningKey" ("kid", "purpose", "publicJwk", "privateSecret")
    VALUES ('of tenants', 'TENANT', '{}', 'sealed'), ('of operators', 'OPERATOR', '{}', 'sealed')`);
});
afterAll(() => plane.remove());

const ask = (sql: string) =>
  connected(plane.catalogUrl, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
const ensure = (catalogUrl: string) => connected(plane.url, (client) => ensureCatalogRole(client, catalogUrl));
const passwordOf = async (role: string) => {
  const [row] = await plane.query<{ rolpassword: string }>('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [
    role,
  ]);
  return row?.rolpassword ?? '';
};

/** Whether `password` matches the verifier that PostgreSQL has for a role. */
async function isPasswordOf(role: string, password: string): Promise<boolean> {
  const kept = await passwordOf(role);
  const [, salt = ''] = /^SCRAM-SHA-256\$4096:([^$]+)\$/.exec(kept) ?? [];
  return (await scramVerifier(password, Buffer.from(salt, 'base64'))) === kept;
}

describe('the role of the catalog', () => {
  it('reads tenants and the keys of their tokens', async () => {
    expect(await ask('SELECT slug FROM catalog.tenant')).toEqual([{ slug: 'acme' }]);
    expect(await ask('SELECT kid FROM catalog.signing_key')).toEqual([{ kid: 'of tenants' }]);
  });

  it('may read these views, and may do nothing else to any table, view, sequence or column', async () => {
    const rights = await plane.query(
      `SELECT c.relnamespace::regnamespace || '.' || c.relname AS name, right_name
         FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) AS right_name
        WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
          AND (has_table_privilege($1, c.oid, right_name)
               OR right_name IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege($1, c.oid, right_name))
        UNION ALL
       SELECT relname, 'sequence' FROM pg_class WHERE CASE relkind WHEN 'S' THEN has_sequence_privilege($1, oid, 'USAGE, SELECT, UPDATE') END
        ORDER BY 1, 2`,
      [plane.reader],
    );
    const functions = await plane.query(
      `SELECT oid::regprocedure::text AS name FROM pg_proc
        WHERE has_function_privilege($1, oid, 'EXECUTE') AND pronamespace::regnamespace::text <> ALL ('{pg_catalog,information_schema}')
          AND prosecdef`,
      [plane.reader],
    );
    expect(functions.map(({ name }) => name).sort()).toEqual([
      'catalog.claim_mail_address(uuid,text,boolean)',
      'catalog.free_mail_address(uuid,text)',
      'catalog.report_usage(uuid,integer,jsonb)',
      'catalog.take_operator_mail(bytea,text,text,text,text,text,bytea)',
    ]);
    expect(rights).toEqual([
      { name: 'catalog.compatible_migration', right_name: 'SELECT' },
      { name: 'catalog.installation', right_name: 'SELECT' },
      { name: 'catalog.mail_address', right_name: 'SELECT' },
      { name: 'catalog.mail_key', right_name: 'SELECT' },
      { name: 'catalog.signing_key', right_name: 'SELECT' },
      { name: 'catalog.tenant', right_name: 'SELECT' },
      { name: 'catalog.tenant_data_key', right_name: 'SELECT' },
      { name: 'catalog.tenant_name', right_name: 'SELECT' },
      { name: 'catalog.tenant_schema', right_name: 'SELECT' },
    ]);
  });

  it.each([
    ['servers and their admin secrets', 'SELECT * FROM public."DatabaseServer"'],
    ['operators', 'SELECT * FROM public."Operator"'],
    ["operators' sessions", 'SELECT * FROM public."OperatorSession"'],
    ["operators' refresh tokens", 'SELECT * FROM public."OperatorRefreshToken"'],
    ['API keys', 'SELECT * FROM public."ApiKey"'],
    ["operators' signing keys", 'SELECT * FROM public."SigningKey"'],
    ["operators' mails", 'SELECT * FROM public."OperatorMail"'],
    ['the audit trail', 'SELECT * FROM audit."AuditEvent"'],
    ['kept answers', 'SELECT * FROM public."IdempotencyKey"'],
    ['passwords of roles', 'SELECT rolpassword FROM pg_authid'],
  ])('cannot see %s', async (_what, sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('is shown no secret of a server and no password hash by any column of its views', async () => {
    const columns = await ask(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'catalog' ORDER BY 1`,
    );
    expect(columns.map((row) => row.column_name)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/admin|hash/i)]),
    );
  });

  it.each([
    `UPDATE public."Tenant" SET "status" = 'SUSPENDED'`,
    `INSERT INTO catalog.signing_key (kid) VALUES ('evil')`,
    `UPDATE catalog.signing_key SET "privateSecret" = 'evil'`,
    'DELETE FROM catalog.signing_key',
    'CREATE TABLE public.evil ()',
    'CREATE TABLE catalog.evil ()',
    'CREATE TEMPORARY TABLE evil ()',
    'CREATE SCHEMA evil',
    'CREATE DATABASE evil',
    'CREATE ROLE evil',
    'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO PUBLIC',
    'SET ROLE postgres',
    `COPY (SELECT 1) TO PROGRAM 'true'`,
  ])('cannot %s', async (sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    `INSERT INTO catalog.tenant (slug) VALUES ('evil')`,
    `UPDATE catalog.tenant SET status = 'SUSPENDED'`,
    'DELETE FROM catalog.tenant',
  ])('cannot %s: nobody can, through a view that joins', async (sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ code: '55000' });
  });

  it('is the only one besides the owner that may connect', async () => {
    const stranger = `${plane.database}_stranger`;
    await asAdmin((admin) => admin.query(`CREATE ROLE ${stranger} LOGIN PASSWORD 'stranger'`));
    try {
      const attempt = connected(urlOf(plane.database, { name: stranger, password: 'stranger' }), () =>
        Promise.resolve(),
      );
      await expect(attempt).rejects.toMatchObject({ code: '42501' });
    } finally {
      await asAdmin((admin) => admin.query(`DROP ROLE ${stranger}`));
    }
  });
});

describe('ensureCatalogRole', () => {
  it('can be repeated, and takes over a changed password', async () => {
    expect(await isPasswordOf(plane.reader, 'reader')).toBe(true);
    await ensure(urlOf(plane.database, { name: plane.reader, password: encodeURIComponent('changed: ü/@%') }));
    expect(await isPasswordOf(plane.reader, 'reader')).toBe(false);
    await ensure(plane.catalogUrl);
    expect(await isPasswordOf(plane.reader, 'reader')).toBe(true);
    expect(await ask('SELECT slug FROM catalog.tenant')).toEqual([{ slug: 'acme' }]);
  });

  it('leaves the password alone when the URL has none', async () => {
    const before = await passwordOf(plane.reader);
    await ensure(urlOf(plane.database, { name: plane.reader, password: '' }));
    expect(await passwordOf(plane.reader)).toBe(before);
  });

  it('quotes what it is given', async () => {
    const name = `odd"; DROP TABLE "Tenant"; -- ${plane.database}`;
    const url = urlOf(plane.database, {
      name: encodeURIComponent(name),
      password: encodeURIComponent(`'; DROP TABLE "Tenant"; --`),
    });
    await ensure(url);
    try {
      const rows = await connected(
        url,
        async (client) => (await client.query('SELECT current_user AS name, slug FROM catalog.tenant')).rows,
      );
      expect(rows).toEqual([{ name: name.slice(0, 63), slug: 'acme' }]);
    } finally {
      await plane.query(`DROP OWNED BY "${name.replaceAll('"', '""')}"`);
      await asAdmin((admin) => admin.query(`DROP ROLE "${name.replaceAll('"', '""')}"`));
    }
  });

  it('needs no superuser: the owner of the database with CREATEROLE is enough', async () => {
    const other = await ControlPlane.create();
    const owner = `${other.database}_owner`;
    await asAdmin((admin) =>
      admin.query(
        `CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD 'owner'; ALTER DATABASE ${other.database} OWNER TO ${owner}`,
      ),
    );
    const views = await other.query<{ name: string }>(
      `SELECT viewname AS name FROM pg_views WHERE schemaname = 'catalog'`,
    );
    for (const { name } of views) await other.query(`ALTER VIEW catalog.${name} OWNER TO ${owner}`);
    const functions = await other.query<{ name: string }>(
      `SELECT oid::regprocedure::text AS name FROM pg_proc WHERE pronamespace = 'catalog'::regnamespace AND prosecdef`,
    );
    for (const { name } of functions) await other.query(`ALTER FUNCTION ${name} OWNER TO ${owner}`);
    await other.query(`ALTER SCHEMA catalog OWNER TO ${owner}`);
    const [ownerUrl, readerUrl] = [
      urlOf(other.database, { name: owner, password: 'owner' }),
      urlOf(other.database, { name: `${owner}_reader`, password: 'x' }),
    ];
    await connected(ownerUrl, async (client) => {
      await ensureCatalogRole(client, readerUrl);
      await ensureCatalogRole(client, readerUrl);
    });
    expect(await isPasswordOf(`${owner}_reader`, 'x')).toBe(true);
    await other.remove();
    await asAdmin((admin) => admin.query(`DROP ROLE ${owner}_reader; DROP ROLE ${owner}`));
  });

  it.each(['SUPERUSER', 'CREATEROLE', 'CREATEDB', 'REPLICATION', 'BYPASSRLS'])(
    'refuses a role with %s and leaves it as it is',
    async (attribute) => {
      const role = `${plane.database}_mighty`;
      await asAdmin((admin) => admin.query(`CREATE ROLE ${role} NOLOGIN ${attribute}`));
      const state = () =>
        asAdmin(async (admin) => (await admin.query('SELECT * FROM pg_authid WHERE rolname = $1', [role])).rows);
      try {
        const before = await state();
        await expect(ensure(urlOf(plane.database, { name: role, password: 'x' }))).rejects.toThrow(RoleUnsuitable);
        expect(await state()).toEqual(before);
      } finally {
        await asAdmin((admin) => admin.query(`DROP ROLE ${role}`));
      }
    },
  );

  it("refuses the control API's own role", async () => {
    await expect(ensure(plane.url)).rejects.toThrow(
      /CATALOG_DATABASE_URL names the role \w+, which .*name one that only app-api uses/,
    );
  });
});
