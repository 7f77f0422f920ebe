import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readMigrations } from '@helpdeskly/migrator';
import { connected, urlOf } from '@helpdeskly/testing/database';
import { Databases, folderOf, run } from './databases.js';

const databases = new Databases();
afterAll(() => databases.drop());

const first = '20261128120000_search_texts';
/** Short figures in no order: every few of them together look like another phone number. */
const figures = Array.from(
  { length: 16_000 },
  (_, n) => `0${(((n % 251) * 40_503 + (n % 241) * (n % 239)) % 65_521) % 97}`,
).join(' ');

describe('tickets from before searches read one row for each text', () => {
  let name: string;
  const query = async <Row>(sql: string) =>
    connected(urlOf(name), async (client) => (await client.query(sql)).rows as Row[]);

  beforeAll(async () => {
    name = await databases.create();
    const all = await readMigrations(folderOf('tenant'));
    await run(
      name,
      all.filter((each) => each.name < first),
    );
    await query(`
      INSERT INTO "User" ("email", "emailKey", "name", "role", "status") VALUES ('mara@old.example', 'mara@old.example', 'Mara', 'CUSTOMER', 'ACTIVE');
      INSERT INTO "Ticket" ("number", "title", "description", "tags", "authorId", "submittedById")
      SELECT n, 'Old “ticket” ' || n, CASE n WHEN 7 THEN '???' ELSE 'The supplier’s INV-2019-000' || n END, '{old_tag}', u."id", u."id"
        FROM "User" u, generate_series(1, 250) n;
      INSERT INTO "Comment" ("ticketId", "authorId", "body", "visibility")
      SELECT t."id", t."authorId", 'Whispered words', 'INTERNAL' FROM "Ticket" t;
      UPDATE "Ticket" SET "description" = '${figures}' WHERE "number" = 9;
      UPDATE "Ticket" SET "mergedIntoId" = (SELECT "id" FROM "Ticket" WHERE "number" = 2), "status" = 'CLOSED' WHERE "number" = 1`);
    await run(name, all);
  });

  const numbers = async (condition: string) =>
    (
      await query<{ number: number }>(
        `SELECT DISTINCT t."number" FROM "Ticket" t JOIN "TicketSearch" f ON f."ticketId" = t."id" WHERE ${condition} ORDER BY 1`,
      )
    ).map(({ number }) => number);

  it('are indexed whole, each text with who may find by it', async () => {
    const rows = await query(
      `SELECT f."field", f."internal", count(*)::int AS "rows" FROM "TicketSearch" f
        WHERE f."segment" = 0 AND (f."ticketId" = f."sourceId" OR f."field" = 'COMMENT') GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    expect(rows).toEqual([
      { field: 'TITLE', internal: false, rows: 250 },
      { field: 'DESCRIPTION', internal: false, rows: 249 },
      { field: 'REQUESTER', internal: false, rows: 250 },
      { field: 'TAGS', internal: true, rows: 250 },
      { field: 'COMMENT', internal: true, rows: 251 },
    ]);
  });

  it('are found by words that were no words before, merged ones in their targets', async () => {
    expect(await numbers(`f."vector" @@ 'ticket'`)).toHaveLength(250);
    expect(await numbers(`f."vector" @@ '''2019'' <-> ''00042'''`)).toEqual([42]);
    expect(await numbers(`f."vector" @@ '''#1'''`)).toEqual([1, 2]);
  });

  it('are indexed though one holds more figures than a vector would hold numbers', async () => {
    expect(await numbers(`f."field" = 'DESCRIPTION' AND f."segment" > 0`)).toEqual([9]);
  });

  it('are each found by their number though no word is in them', async () => {
    await query(`UPDATE "Ticket" SET "title" = '…' WHERE "number" = 7`);
    expect(await numbers(`f."vector" @@ '''#7'''`)).toEqual([7]);
  });

  it('are indexed where a run was broken off, and left as they are where they are indexed', async () => {
    await query(`DELETE FROM "TicketSearch" f USING "Ticket" t WHERE t."id" = f."ticketId" AND t."number" > 200`);
    const [before] = await query(`SELECT max(f.xmin::text::bigint) AS "last" FROM "TicketSearch" f`);
    const fill = (await readMigrations(folderOf('tenant'))).find(
      (each) => each.name === '20261128120001_search_texts_fill',
    );
    await query(fill?.sql ?? '');
    expect(await numbers(`f."vector" @@ 'ticket'`)).toHaveLength(249);
    const [kept] = await query(
      `SELECT max(f.xmin::text::bigint) AS "last" FROM "TicketSearch" f JOIN "Ticket" t ON t."id" = f."ticketId" WHERE t."number" <= 200`,
    );
    expect(kept).toEqual(before);
  });
});

describe('tickets that were indexed by the rules before', () => {
  let name: string;
  let again: string;
  const query = async <Row>(sql: string, values: readonly unknown[] = []) =>
    connected(urlOf(name), async (client) => (await client.query(sql, [...values])).rows as Row[]);
  const byOldRules = async () => {
    const [row] = await query<{ tickets: number }>(
      `SELECT count(DISTINCT "ticketId")::int AS "tickets" FROM "TicketSearch" WHERE "rules" < 2`,
    );
    return row?.tickets;
  };
  const found = async (q: string) => {
    const rows = await query<{ number: number }>(
      `SELECT DISTINCT t."number" FROM "Ticket" t JOIN "TicketSearch" f ON f."ticketId" = t."id", "search_term"('english', $1) m
        WHERE f."vector" @@ m."query"::tsquery ORDER BY 1`,
      [q],
    );
    return rows.map(({ number }) => number);
  };

  beforeAll(async () => {
    name = await databases.create();
    const all = await readMigrations(folderOf('tenant'));
    const later = ['20261128120000_search_texts_bounded', '20261128190000_search_texts_again'];
    again = all.find((each) => each.name === later[1])?.sql ?? '';
    await run(
      name,
      all.filter((each) => !later.includes(each.name) && each.name < '20261128190000'),
    );
    await query(`
      INSERT INTO "User" ("email", "emailKey", "name", "role", "status") VALUES ('mara@old.example', 'mara@old.example', 'Mara', 'CUSTOMER', 'ACTIVE')`);
    await query(`
      INSERT INTO "Ticket" ("number", "title", "description", "authorId", "submittedById")
      SELECT n, 'Old', 'See order:QNV-2024-000' || n, u."id", u."id" FROM "User" u, generate_series(1, 150) n`);
    expect(await found('QNV2024000120')).toEqual([]);
    await run(name, all);
  });

  it('are indexed by the new ones, though their migration has an older name than the last that ran', async () => {
    expect(await found('QNV2024000120')).toEqual([120]);
    expect(await byOldRules()).toBe(0);
  });

  it('are gone on with where a run was broken off, and left as they are where they are done', async () => {
    await query(
      `UPDATE "TicketSearch" f SET "rules" = 1, "vector" = '' FROM "Ticket" t WHERE t."id" = f."ticketId" AND t."number" > 140`,
    );
    const kept = () =>
      query(
        `SELECT max(f.xmin::text::bigint) AS "last" FROM "TicketSearch" f JOIN "Ticket" t ON t."id" = f."ticketId" WHERE t."number" <= 140`,
      );
    const before = await kept();
    await query(again);
    expect(await byOldRules()).toBe(0);
    expect(await found('QNV2024000145')).toEqual([145]);
    expect(await kept()).toEqual(before);
  });
});
