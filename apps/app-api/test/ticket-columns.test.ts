import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System, type TestTenant } from '@helpdeskly/testing';
import { Prisma } from '@helpdeskly/tenant-db';
import { column, text, time, type Columns } from '../src/ticket-core/column.js';
import { fieldsOf } from '../src/ticket-core/column-fields.js';
import { answerJson, insertion, lockedSelection } from '../src/ticket-core/column-sql.js';
import { ticketColumns } from '../src/ticket-core/ticket-columns.js';
import type { Viewer } from '../src/ticket-core/viewer.js';
import { inDatabaseOf } from './resolved-tickets.js';

let system: System;
let tenant: TestTenant;

beforeAll(async () => {
  system = await sharedSystem();
  tenant = await system.createTenant();
});

afterAll(() => system?.close());

async function ask(statement: Prisma.Sql): Promise<Record<string, any>[]> {
  const { text: sql, values } = statement;
  return inDatabaseOf(tenant, async (client) => (await client.query(sql, [...values])).rows);
}

describe('the list of the columns of tickets', () => {
  it('agrees with the database: names, types, and which may be null', async () => {
    const rows = await ask(Prisma.sql`
      SELECT a."attname" AS "name", format_type(a."atttypid", NULL) AS "type", NOT a."attnotnull" AS "nullable"
        FROM pg_attribute a
       WHERE a."attrelid" = '"Ticket"'::regclass AND a."attnum" > 0 AND NOT a."attisdropped" ORDER BY a."attname"`);
    const listed = Object.entries<Columns[string]>(ticketColumns).map(([name, { type, rules }]) => ({
      name,
      type: type.sql === 'timestamptz' ? 'timestamp with time zone' : type.sql,
      nullable: rules.nullable === true || type.sql.endsWith('[]'), // Prisma makes no list column NOT NULL.
    }));
    expect(listed.sort((one, other) => (one.name < other.name ? -1 : 1))).toEqual(rows);
  });
});

describe('a column that is added to the list and to the table', () => {
  const columns = {
    ...ticketColumns,
    nickname: column(text, {
      nullable: true,
      answer: {},
      customers: 'nothing',
      set: { field: () => () => undefined, initial: null },
    }),
    heardAt: column(time, {
      nullable: true,
      answer: {},
      set: { field: () => () => undefined, initial: null },
    }),
  };

  it('is inserted, selected for the staff and not for customers, and in locked rows', async () => {
    await ask(Prisma.sql`ALTER TABLE "Ticket" ADD COLUMN "nickname" text, ADD COLUMN "heardAt" timestamptz(3)`);
    const { id } = tenant.admin;
    const row = {
      title: 'Printer',
      description: 'Blank pages',
      status: 'OPEN',
      priority: 'HIGH',
      tags: ['printer'],
      authorId: id,
      submittedById: id,
      internal: false,
      nickname: 'A-1',
      ...fieldsOf(columns).stored({ heardAt: '2026-03-01T12:00:00.007+01:00' }),
    };
    const { names, values } = insertion(columns, { number: Prisma.sql`1000000` }, row);
    await ask(Prisma.sql`INSERT INTO "Ticket" (${names}) SELECT ${values}`);
    const rowsOf = (read: Prisma.Sql) => ask(Prisma.sql`SELECT ${read} FROM "Ticket" t WHERE t."number" = 1000000`);
    const json = answerJson(columns, [['twice', '(2 * t."number")::text']]);
    const answered = async (viewer: Viewer) =>
      JSON.parse((await rowsOf(Prisma.sql`${json(viewer)} AS "json"`))[0]?.json) as Record<string, unknown>;
    const staffs = await answered({ id, role: 'AGENT' });
    const customers = await answered({ id, role: 'CUSTOMER' });
    const [locked] = await rowsOf(lockedSelection(columns));
    const heardAt = '2026-03-01T11:00:00.007Z';
    expect(staffs).toMatchObject({
      nickname: 'A-1',
      heardAt,
      priority: 'HIGH',
      tags: ['printer'],
      commentCount: 0,
      twice: 2000000,
    });
    expect(customers).toMatchObject({ title: 'Printer', heardAt, commentCount: 0 });
    for (const name of ['nickname', 'priority', 'tags', 'internal']) expect(customers).not.toHaveProperty(name);
    expect(locked).toMatchObject({ nickname: 'A-1', heardAt: new Date(heardAt), title: 'Printer', deletedAt: null });
    expect(locked).not.toHaveProperty('createdAt');
  });
});
