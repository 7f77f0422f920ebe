import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { migrate, readMigrations } from '@helpdeskly/migrator';
import { asAdmin, connected, urlOf } from '@helpdeskly/testing';

const folder = fileURLToPath(new URL('../../../prisma/control/migrations', import.meta.url));
const plans = '20261129043000_plans';

it('makes plans of the names in use, and leaves every tenant the limits that it has', async () => {
  const database = `plans_${randomBytes(5).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${database}`));
  try {
    await connected(urlOf(database), async (client) => {
      const migrations = await readMigrations(folder);
      await migrate(
        client,
        migrations.filter(({ name }) => name < plans),
      );
      await client.query(
        `INSERT INTO "DatabaseServer" ("name", "host", "port", "adminSecret", "maxTenants") VALUES ('one', 'h', 1, 's', 9)`,
      );
      await client.query(
        `INSERT INTO "Tenant" ("slug", "name", "plan", "maxConnections", "requestsPerMinute", "maxStorageBytes", "serverId",
                               "databaseName", "roleName", "roleSecret", "adminEmail", "adminName")
         SELECT t.slug, 'x', t.plan, t.connections, t.requests, t.bytes, s."id", t.slug, t.slug, 'x', 'a@b.c', 'x'
           FROM "DatabaseServer" s, (VALUES ('plain', 'standard', 20, 12000, NULL::bigint), ('odd', 'Gold', 5, 0, 7)) t (slug, plan, connections, requests, bytes)`,
      );
      await migrate(client, migrations);
      const { rows: names } = await client.query('SELECT "name" FROM "Plan" ORDER BY "name" COLLATE "C"');
      expect(names).toEqual([{ name: 'Gold' }, { name: 'standard' }]);
      const { rows: tenants } = await client.query(
        `SELECT "slug", "maxConnections", "requestsPerMinute", "maxStorageBytes", "ownMaxConnections", "ownRequestsPerMinute",
                "ownStorageBytes" FROM "Tenant" ORDER BY "slug"`,
      );
      expect(tenants.map((row) => Object.values(row as object))).toEqual([
        ['odd', 5, 0, '7', 5, 0, '7'],
        ['plain', 20, 12_000, '10737418240', null, null, null],
      ]);
      await expect(client.query(`UPDATE "Tenant" SET "plan" = 'unknown'`)).rejects.toMatchObject({ code: '23503' });
    });
  } finally {
    await asAdmin((admin) => admin.query(`DROP DATABASE ${database} WITH (FORCE)`));
  }
});
