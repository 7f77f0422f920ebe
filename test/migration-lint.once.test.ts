import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Finding {
  readonly migration: string;
  readonly line: number;
  readonly rule: string;
}
type Lint = (migrations: readonly { name: string; sql: string }[], isEarlier?: (name: string) => boolean) => Finding[];

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const { lint } = (await import(at('scripts/migration-lint/lint.mjs').href)) as { lint: Lint };
const { rules } = (await import(at('scripts/migration-lint/rules.mjs').href)) as { rules: object };
const { earlier } = (await import(at('scripts/migration-lint/earlier.mjs').href)) as { earlier: ReadonlySet<string> };

/** The rules that a compatible script breaks, after these others. */
const brokenBy = (sql: string, ...before: string[]): string[] =>
  lint([...before, `-- compatible\n${sql}`].map((each, index) => ({ name: `${index}`, sql: each })))
    .filter(({ migration }) => migration === `${before.length}`)
    .map(({ rule }) => rule);

/** Of each rule: what breaks it, and what does not. */
const cases: Record<string, { bad: string[]; good: string[] }> = {
  'index-concurrently': {
    bad: ['CREATE INDEX i ON "Ticket" ("title")', 'CREATE UNIQUE INDEX ON "Ticket" ("title")'],
    good: [
      'CREATE INDEX CONCURRENTLY i ON "Ticket" ("title")',
      'CREATE TABLE "New" ("id" int); CREATE INDEX ON "New" ("id")',
    ],
  },
  'index-if-not-exists': {
    bad: ['CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON "Ticket" ("title")'],
    good: ['CREATE INDEX CONCURRENTLY i ON "Ticket" ("title")'],
  },
  'concurrently-alone': {
    bad: ['CREATE INDEX CONCURRENTLY i ON "Ticket" ("title"); SELECT 1', 'DROP INDEX CONCURRENTLY i; SELECT 1'],
    good: ['DROP INDEX CONCURRENTLY i'],
  },
  'drop-index-concurrently': { bad: ['DROP INDEX i'], good: ['DROP INDEX CONCURRENTLY i'] },
  'reindex-concurrently': {
    bad: ['REINDEX TABLE "Ticket"', 'REINDEX INDEX i'],
    good: ['REINDEX TABLE CONCURRENTLY "Ticket"', 'REINDEX (CONCURRENTLY) INDEX i'],
  },
  'refresh-concurrently': {
    bad: ['REFRESH MATERIALIZED VIEW m'],
    good: ['REFRESH MATERIALIZED VIEW CONCURRENTLY m'],
  },
  'detach-concurrently': {
    bad: ['ALTER TABLE "Ticket" DETACH PARTITION p'],
    good: ['ALTER TABLE "Ticket" DETACH PARTITION p CONCURRENTLY'],
  },
  'not-null': {
    bad: ['ALTER TABLE "Ticket" ALTER "title" SET NOT NULL', 'ALTER TABLE "Ticket" ADD CONSTRAINT n NOT NULL "title"'],
    good: ['ALTER TABLE "Ticket" ADD CONSTRAINT n NOT NULL "title" NOT VALID'],
  },
  'new-not-null-column': {
    bad: ['ALTER TABLE "Ticket" ADD COLUMN "mood" text NOT NULL'],
    good: [
      `ALTER TABLE "Ticket" ADD COLUMN "mood" text NOT NULL DEFAULT 'calm'`,
      'ALTER TABLE "Ticket" ADD COLUMN "mood" text',
      'CREATE TABLE "New" ("mood" text NOT NULL)',
    ],
  },
  'rewriting-default': {
    bad: [
      'ALTER TABLE "Ticket" ADD COLUMN "key" uuid DEFAULT gen_random_uuid()',
      'ALTER TABLE "Ticket" ADD COLUMN "at" timestamptz DEFAULT (clock_timestamp() - interval \'1 day\')',
      'ALTER TABLE "Ticket" ADD COLUMN "n" int GENERATED ALWAYS AS IDENTITY',
    ],
    good: [
      'ALTER TABLE "Ticket" ADD COLUMN "at" timestamptz DEFAULT now()',
      `ALTER TABLE "Ticket" ADD COLUMN "list" text[] NOT NULL DEFAULT ARRAY['a']::text[]`,
      'ALTER TABLE "Ticket" ALTER COLUMN "at" SET DEFAULT clock_timestamp()',
    ],
  },
  'stored-column': {
    bad: ['ALTER TABLE "Ticket" ADD COLUMN "twice" int GENERATED ALWAYS AS ("number" * 2) STORED'],
    good: ['ALTER TABLE "Ticket" ADD COLUMN "twice" int GENERATED ALWAYS AS ("number" * 2) VIRTUAL'],
  },
  'column-type': { bad: ['ALTER TABLE "Ticket" ALTER COLUMN "number" TYPE bigint'], good: ['SELECT 1'] },
  rewrite: {
    bad: [
      'ALTER TABLE "Ticket" SET UNLOGGED',
      'ALTER TABLE "Ticket" SET TABLESPACE other',
      'CLUSTER "Ticket" USING i',
      'VACUUM FULL "Ticket"',
      'VACUUM (FULL, ANALYZE) "Ticket"',
    ],
    good: ['VACUUM "Ticket"', 'ALTER TABLE "Ticket" SET (fillfactor = 90)'],
  },
  'foreign-key-not-valid': {
    bad: [
      'ALTER TABLE "Ticket" ADD CONSTRAINT f FOREIGN KEY ("userId") REFERENCES "User" ("id")',
      'ALTER TABLE "Ticket" ADD COLUMN "ownerId" uuid REFERENCES "User" ("id")',
    ],
    good: [
      'ALTER TABLE "Ticket" ADD CONSTRAINT f FOREIGN KEY ("userId") REFERENCES "User" ("id") NOT VALID',
      'CREATE TABLE "New" ("userId" uuid REFERENCES "User" ("id"))',
      'CREATE TABLE "New" ("userId" uuid); ALTER TABLE "New" ADD FOREIGN KEY ("userId") REFERENCES "User" ("id")',
    ],
  },
  'check-not-valid': {
    bad: [
      'ALTER TABLE "Ticket" ADD CONSTRAINT c CHECK ("number" > 0)',
      'ALTER TABLE "Ticket" ADD COLUMN "n" int CHECK ("n" > 0)',
    ],
    good: ['ALTER TABLE "Ticket" ADD CONSTRAINT c CHECK ("number" > 0) NOT VALID'],
  },
  'validate-apart': {
    bad: [
      'ALTER TABLE "Ticket" ADD CONSTRAINT c CHECK ("n" > 0) NOT VALID; ALTER TABLE "Ticket" VALIDATE CONSTRAINT c',
    ],
    good: ['ALTER TABLE "Ticket" VALIDATE CONSTRAINT c'],
  },
  'constraint-using-index': {
    bad: [
      'ALTER TABLE "Ticket" ADD CONSTRAINT u UNIQUE ("title")',
      'ALTER TABLE "Ticket" ADD PRIMARY KEY ("id")',
      'ALTER TABLE "Ticket" ADD COLUMN "code" text UNIQUE',
    ],
    good: ['ALTER TABLE "Ticket" ADD CONSTRAINT u UNIQUE USING INDEX i', 'CREATE TABLE "New" ("id" int PRIMARY KEY)'],
  },
  rename: {
    bad: [
      'ALTER TABLE "Ticket" RENAME COLUMN "title" TO "subject"',
      'ALTER TABLE "Ticket" RENAME TO "Case"',
      'ALTER TABLE "Ticket" SET SCHEMA other',
      `ALTER TYPE "TicketStatus" RENAME VALUE 'OPEN' TO 'NEW'`,
      'ALTER FUNCTION f() RENAME TO g',
    ],
    good: [
      'ALTER INDEX i RENAME TO j',
      'ALTER TABLE "Ticket" RENAME CONSTRAINT a TO b',
      `ALTER TYPE "TicketStatus" ADD VALUE 'NEW'`,
    ],
  },
  drop: {
    bad: [
      'ALTER TABLE "Ticket" DROP COLUMN "title"',
      'DROP TABLE "Ticket"',
      'DROP FUNCTION f()',
      'DROP TYPE "TicketStatus"',
      'DROP VIEW v',
    ],
    good: [
      'DROP TRIGGER t ON "Ticket"',
      'ALTER TABLE "Ticket" DROP CONSTRAINT c',
      'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; SELECT f(); DROP FUNCTION f()',
      'CREATE TABLE "Scratch" ("id" int); DROP TABLE "Scratch"',
    ],
  },
  'drop-default': {
    bad: ['ALTER TABLE "Ticket" ALTER COLUMN "status" DROP DEFAULT'],
    good: [`ALTER TABLE "Ticket" ALTER COLUMN "status" SET DEFAULT 'OPEN'`],
  },
  'drop-not-null': { bad: ['ALTER TABLE "Ticket" ALTER COLUMN "title" DROP NOT NULL'], good: ['SELECT 1'] },
  'whole-table-write': {
    bad: ['UPDATE "Ticket" SET "title" = \'x\'', 'DELETE FROM "Ticket"', 'TRUNCATE "Ticket"'],
    good: ['UPDATE "Ticket" SET "title" = \'x\' WHERE "number" = 1', 'CREATE TABLE "New" ("n" int); DELETE FROM "New"'],
  },
  'lock-table': { bad: ['LOCK TABLE "Ticket"'], good: ['SELECT 1'] },
  limits: { bad: ['SET lock_timeout = 0', "SET LOCAL statement_timeout = '1h'"], good: ['SET search_path = public'] },
  transaction: { bad: ['BEGIN; SELECT 1; COMMIT'], good: ['DO $$ BEGIN COMMIT; END $$'] },
  'column-kind': {
    bad: [
      'ALTER TABLE "Ticket" ADD COLUMN "at" timestamp',
      'CREATE TABLE "New" ("code" char(3))',
      'CREATE TABLE "New" ("id" serial)',
    ],
    good: ['CREATE TABLE "New" ("at" timestamptz(3), "code" varchar(3))'],
  },
};

describe.each(Object.entries(cases))('the rule %s', (rule, { bad, good }) => {
  it.each(bad)('finds %s', (sql) => {
    expect(brokenBy(sql)).toContain(rule);
  });

  it.each(good)('lets %s be', (sql) => {
    expect(brokenBy(sql)).not.toContain(rule);
  });
});

it('there is a case of every rule', () => {
  expect([...Object.keys(cases), 'undeclared'].sort()).toEqual(Object.keys(rules).sort());
});

it('a script says whether it is compatible', () => {
  const of = (sql: string) => lint([{ name: 'a', sql }]).map(({ rule }) => rule);
  expect(of('SELECT 1')).toEqual(['undeclared']);
  expect(of('-- Why.\n-- compatible\nSELECT 1')).toEqual([]);
  expect(of('-- allow undeclared: nobody runs the build before.\nSELECT 1')).toEqual([]);
});

describe('a column that a CHECK proves to be filled', () => {
  const check = 'ALTER TABLE "Ticket" ADD CONSTRAINT c CHECK ("title" IS NOT NULL) NOT VALID';
  const validated = 'ALTER TABLE "Ticket" VALIDATE CONSTRAINT c';
  const notNull = 'ALTER TABLE "Ticket" ALTER COLUMN "title" SET NOT NULL';

  it('may become NOT NULL once that was validated, by an earlier script too', () => {
    expect(brokenBy(notNull, check, validated)).toEqual([]);
  });

  it.each([
    ['that was not validated', [check]],
    ['of another column', [check.replace('"title"', '"other"'), validated]],
    ['that is gone', [check, validated, 'ALTER TABLE "Ticket" DROP CONSTRAINT c']],
  ])('but not by one %s', (_what, before) => {
    expect(brokenBy(notNull, ...before)).toEqual(['not-null']);
  });
});

describe('a waiver', () => {
  it('is a comment before the statement, with a reason', () => {
    expect(brokenBy('SELECT 1;\n-- allow column-type: the table has one row.\nALTER TABLE a ALTER b TYPE int')).toEqual(
      [],
    );
  });

  it('holds for no other statement and no other rule, and is refused where it allows nothing', () => {
    const sql = '-- allow column-type: one row.\nSELECT 1;\nALTER TABLE a ALTER b TYPE int';
    expect(brokenBy(sql)).toEqual(['column-type', 'waiver']);
    expect(brokenBy('-- allow rename: why.\nALTER TABLE a ALTER b TYPE int')).toEqual(['column-type', 'waiver']);
  });

  it('without a reason allows nothing', () => {
    expect(brokenBy('-- allow lock-table\nLOCK TABLE a')).toEqual(['lock-table', 'waiver']);
    expect(brokenBy('-- allow lock-table:  \nLOCK TABLE a')).toEqual(['lock-table', 'waiver']);
  });
});

it('a finding says in which line the statement begins, whatever stands before it', () => {
  const sql = "-- compatible\n-- Ünïcode: „“\nSELECT 'é\n';\n\n/* more\n */ -- and\nLOCK TABLE a;";
  expect(lint([{ name: 'a', sql }])).toMatchObject([{ migration: 'a', rule: 'lock-table', line: 8 }]);
});

it('what PostgreSQL does not understand is a finding, and not in an earlier migration', () => {
  const broken = [{ name: 'a', sql: '-- compatible\nALTER TABEL x' }];
  expect(lint(broken)).toMatchObject([{ rule: 'syntax', why: expect.stringContaining('TABEL') }]);
  expect(lint(broken, () => true)).toEqual([]);
});

it('every migration from before there were rules is there', () => {
  const folders = readdirSync(at('prisma/tenant/migrations'));
  expect([...earlier].filter((name) => !folders.includes(name))).toEqual([]);
});
