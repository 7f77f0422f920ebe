import { describe, expect, it } from '@jest/globals';
import { describeStatement } from './statement.js';

describe('the name of a statement', () => {
  it.each([
    ['SELECT "id" FROM "public"."Ticket" WHERE "id" = $1', 'SELECT public.Ticket'],
    ['select 1', 'SELECT'],
    ['INSERT INTO "User" ("email") VALUES ($1)', 'INSERT User'],
    ['\n  UPDATE "Tenant"\n SET "status" = $1', 'UPDATE Tenant'],
    ['DELETE FROM "Session" WHERE true', 'DELETE Session'],
    ['WITH x AS (SELECT 1) UPDATE "ProvisioningStep" s SET "error" = NULL FROM x', 'UPDATE ProvisioningStep'],
    ['BEGIN', 'BEGIN'],
    ['CREATE DATABASE "t_01a1" TEMPLATE "x"', 'CREATE DATABASE'],
    ['GRANT SELECT ON "catalog"."tenant" TO reader', 'GRANT'],
    ['', 'SQL'],
  ])('%j is %j', (text, name) => {
    expect(describeStatement(text).name).toBe(name);
  });
});

describe('the text of a statement', () => {
  it.each([
    [`ALTER ROLE "t_a" PASSWORD 'SCRAM-SHA-256$4096:secret'`, 'ALTER ROLE "t_a" PASSWORD ?'],
    [`SELECT 'it''s secret', $1, 42, "a'b" FROM x`, `SELECT ?, $1, ?, "a'b" FROM x`],
    [String.raw`SELECT E'a\'secret', 'b\', 'secret'`, 'SELECT ?, ?, ?'],
    ['DO $body$ BEGIN secret; END $body$', 'DO ?'],
    ['SELECT 1 -- secret\n /* secret */ FROM x', 'SELECT ?  \n   FROM x'],
    ["SELECT x LIKE'secret' FROM t1", 'SELECT x LIKE? FROM t1'],
  ])('%j is shown as %j', (text, shown) => {
    expect(describeStatement(text).shown).toBe(shown);
  });

  it.each([`SELECT 'secret`, 'SELECT $a$secret', `SELECT '${'x'.repeat(30_000)}secret'`])(
    'that is not understood shows its verb alone: %#',
    (text) => {
      expect(describeStatement(text).shown).toBe('SELECT');
    },
  );

  it('is shown up to 2,000 characters', () => {
    expect(describeStatement(`SELECT ${'"a", '.repeat(1000)}`).shown).toHaveLength(2000);
  });
});
