import { randomBytes, randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBlobStore, type BlobStore } from '@helpdeskly/storage';
import { asAdmin, connected, until, urlOf } from '@helpdeskly/testing/database';
import fc from 'fast-check';
import pg from 'pg';
import {
  Archive,
  ArchiveInvalid,
  backupSpace,
  loadArchive,
  Pace,
  SealedBlobs,
  SnapshotInTheWay,
  writeArchive,
} from '@helpdeskly/archive';

const role = 'archive_test_owner';
const schema = `
  CREATE TYPE "Mood" AS ENUM ('GLAD', 'SAD');
  CREATE TABLE "Person" ("id" uuid PRIMARY KEY DEFAULT uuidv7(), "name" text NOT NULL, "favouriteId" uuid, "mood" "Mood" NOT NULL DEFAULT 'GLAD');
  CREATE UNIQUE INDEX "Person_name_key" ON "Person" ("name");
  CREATE TABLE "Note" ("seq" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "personId" uuid NOT NULL REFERENCES "Person",
    "body" text, "bytes" bytea, "data" jsonb, "at" timestamptz(3) DEFAULT clock_timestamp(), "half" double precision, "tags" text[],
    "length" int GENERATED ALWAYS AS (length("body")) STORED);
  ALTER TABLE "Person" ADD CONSTRAINT "Person_favourite" FOREIGN KEY ("favouriteId") REFERENCES "Person" ("id") ON DELETE SET NULL;
  CREATE INDEX "Note_body" ON "Note" USING gin (to_tsvector('english', coalesce("body", '')));
  CREATE TABLE "Counter" ("id" int PRIMARY KEY DEFAULT 1, "notes" int NOT NULL DEFAULT 0);
  INSERT INTO "Counter" DEFAULT VALUES;
  CREATE TABLE "Empty" ("id" int PRIMARY KEY);
  CREATE FUNCTION count_note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE "Counter" SET "notes" = "notes" + 1; RETURN NEW; END';
  CREATE TRIGGER counted AFTER INSERT ON "Note" FOR EACH ROW EXECUTE FUNCTION count_note();`;

const databases: string[] = [];
let folder: string;
let store: BlobStore;
const key = randomBytes(32);
const tenant = {
  id: randomUUID(),
  slug: 'acme',
  name: 'Acme',
  plan: 'standard',
  limits: { maxConnections: null, requestsPerMinute: 1200, storageBytes: null },
  adminEmail: 'ada@acme.test',
  adminName: 'Ada',
  dataKey: null,
};

async function newDatabase(): Promise<string> {
  const name = `archive_test_${randomBytes(5).toString('hex')}`;
  databases.push(name);
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name} OWNER ${role}`));
  await run(name, `SET ROLE ${role}; ${schema}`);
  return name;
}

const run = <Row extends pg.QueryResultRow>(database: string, sql: string) =>
  connected(urlOf(database), async (client) => (await client.query<Row>(sql)).rows);

const connectTo = (database: string) => async () => {
  const client = new pg.Client(urlOf(database));
  await client.connect();
  return client;
};

async function write(database: string, blobs = new SealedBlobs(store, key), connect = connectTo(database)) {
  const archiveId = randomUUID();
  const source = {
    connect,
    asRole: role,
    pace: new Pace(() => undefined),
    facts: () => Promise.resolve({ migrations: [{ name: 'first', checksum: 'abc' }], fileNames: [] }),
    files: () => Promise.resolve({ files: [], missing: [] }),
  };
  return { archiveId, ...(await writeArchive(blobs, { archiveId, tenant }, source)) };
}

const load = async (archive: Archive) => {
  const database = await newDatabase();
  await loadArchive(archive, { connect: connectTo(database), asRole: role });
  return database;
};

/** Every row of every table, and what comes next of the sequence. */
async function stateOf(database: string) {
  const of = (table: string) => run(database, `SELECT t::text AS row FROM "${table}" t ORDER BY 1`);
  return { person: await of('Person'), note: await of('Note'), counter: await of('Counter'), empty: await of('Empty') };
}

async function fill(database: string): Promise<void> {
  await run(
    database,
    `INSERT INTO "Person" ("name") SELECT 'person ' || n FROM generate_series(1, 40) n;
     UPDATE "Person" SET "favouriteId" = (SELECT "id" FROM "Person" ORDER BY "name" DESC LIMIT 1), "mood" = 'SAD' WHERE "name" < 'person 3';
     INSERT INTO "Note" ("personId", "body", "bytes", "data", "half", "tags")
     SELECT p."id", CASE n % 5 WHEN 0 THEN NULL ELSE E'a\\ttab, a \\\\ and a\\nline \\\\. ' || repeat(md5(n::text), (n % 70)) END,
            decode(md5(n::text), 'hex'), jsonb_build_object('n', n, 'text', 'äöü 漢字'), 1.0 / (n + 1), ARRAY['x', NULL, '{"}']
       FROM "Person" p, generate_series(1, 100) n;
     DELETE FROM "Note" WHERE "seq" % 7 = 0;
     UPDATE "Note" SET "half" = 'NaN' WHERE "seq" % 11 = 0;`,
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helpdeskly-archive-'));
  store = await openBlobStore({ kind: 'folder', folder });
  await asAdmin((admin) => admin.query(`CREATE ROLE ${role} NOLOGIN`).catch(() => undefined));
});

afterAll(async () => {
  await asAdmin(async (admin) => {
    for (const name of databases) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.query(`DROP ROLE IF EXISTS ${role}`);
  });
  await rm(folder, { recursive: true, force: true });
});

describe('an archive', () => {
  it('gives back every row, and goes on counting where the database was', async () => {
    const source = await newDatabase();
    await fill(source);
    const { archiveId, sha256, rows } = await write(source);
    const archive = await Archive.open(new SealedBlobs(store, key), archiveId, sha256);
    await archive.check();
    const restored = await load(archive);
    expect(await stateOf(restored)).toEqual(await stateOf(source));
    const notes = await run<{ count: number }>(source, 'SELECT count(*)::int AS count FROM "Note"');
    expect(rows).toBe(40 + Number(notes[0]?.count) + 1);
    const insert = `INSERT INTO "Note" ("personId", "body") SELECT "id", 'later' FROM "Person" LIMIT 1 RETURNING "seq"`;
    expect(await run(restored, insert)).toEqual(await run(source, insert));
    expect(await run(restored, 'SELECT "notes" FROM "Counter"')).toEqual(
      await run(source, 'SELECT "notes" FROM "Counter"'),
    );
    const form = `SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public' UNION ALL
      SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) || convalidated FROM pg_constraint WHERE contype = 'f' UNION ALL
      SELECT tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1`;
    expect(await run(restored, form)).toEqual(await run(source, form));
  });

  it('shows nothing of what it holds', async () => {
    const source = await newDatabase();
    await run(source, `INSERT INTO "Person" ("name") VALUES ('a name that nobody else has')`);
    const { archiveId } = await write(source);
    const space = join(folder, backupSpace(archiveId));
    for (const name of await readdir(space))
      expect((await readFile(join(space, name))).includes('nobody else')).toBe(false);
  });

  it('is the state at one moment while others write, and is restored as it was', async () => {
    const source = await newDatabase();
    await run(source, `INSERT INTO "Person" ("name") SELECT 'person ' || n FROM generate_series(1, 20) n`);
    const step = fc.record({
      kind: fc.constantFrom('add', 'remove', 'change', 'befriend'),
      person: fc.integer({ min: 1, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 20, maxLength: 60 }), { minLength: 3, maxLength: 3 }),
        async (writers) => {
          let ended = false;
          const written = writers.map(() => 0);
          const writing = writers.map((steps, writer) =>
            connected(urlOf(source), async (client) => {
              for (let at = 0; !ended; written[writer] = ++at)
                await client.query(statementOf(steps[at % steps.length] ?? { kind: 'add', person: 1 }));
            }),
          );
          await until(() => written.every((count) => count > 20));
          // The model: what the archive's own snapshot shows by SELECT, before the archive is written.
          let expected: Awaited<ReturnType<typeof stateOf>> | undefined;
          let before = written;
          const archived = await observed(source, (state) => {
            expected = state;
            before = [...written];
          });
          ended = true;
          await Promise.all(writing);
          expect(written.some((count, writer) => count > (before[writer] ?? 0))).toBe(true);
          const restored = await load(
            await Archive.open(new SealedBlobs(store, key), archived.archiveId, archived.sha256),
          );
          expect(await stateOf(restored)).toEqual(expected);
          const [counted] = await run(
            restored,
            `SELECT (SELECT last_value FROM "Note_seq_seq") >= coalesce(max("seq"), 0) AS "isAhead" FROM "Note"`,
          );
          expect(counted).toEqual({ isAhead: true });
        },
      ),
      { numRuns: 4, seed: 7 },
    );
  });

  it('is refused by name after any damage to its folder, before anything is written', async () => {
    const source = await newDatabase();
    await fill(source);
    const [one, two] = [await write(source), await write(source)];
    const copy = await mkdtemp(join(tmpdir(), 'helpdeskly-archive-'));
    try {
      const damaged = await openBlobStore({ kind: 'folder', folder: copy });
      const names = await readdir(join(folder, backupSpace(one.archiveId)));
      const where = fc.record({
        name: fc.constantFrom(...names),
        other: fc.constantFrom(...names),
        at: fc.double({ min: 0, max: 0.999, noNaN: true }),
        bit: fc.integer({ min: 0, max: 7 }),
        kind: fc.constantFrom('flip', 'cut', 'swap', 'join', 'foreign', 'missing'),
      });
      await fc.assert(
        fc.asyncProperty(where, async ({ name, other, at, bit, kind }) => {
          fc.pre(kind !== 'swap' || name !== other);
          await rm(copy, { recursive: true });
          await cp(join(folder, backupSpace(one.archiveId)), join(copy, backupSpace(one.archiveId)), {
            recursive: true,
          });
          const file = join(copy, backupSpace(one.archiveId), name);
          const bytes = await readFile(file);
          const offset = Math.floor(at * bytes.length);
          if (kind === 'flip') bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << bit), offset);
          if (kind === 'flip') await writeFile(file, bytes);
          if (kind === 'cut') await truncate(file, offset);
          if (kind === 'swap') await cp(join(folder, backupSpace(one.archiveId), other), file);
          if (kind === 'join')
            await writeFile(
              file,
              Buffer.concat([bytes, await readFile(join(folder, backupSpace(two.archiveId), name))]),
            );
          if (kind === 'foreign') await cp(join(folder, backupSpace(two.archiveId), name), file);
          if (kind === 'missing') await rm(file);
          const reading = Archive.open(new SealedBlobs(damaged, key), one.archiveId, one.sha256).then((archive) =>
            archive.check(),
          );
          await expect(reading).rejects.toThrow(ArchiveInvalid);
        }),
        { numRuns: 500, seed: 20_261_129 },
      );
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });

  it('opens by its own tenant’s key alone', async () => {
    const { archiveId, sha256 } = await write(await newDatabase());
    const others = new SealedBlobs(store, randomBytes(32));
    await expect(Archive.open(others, archiveId, sha256)).rejects.toThrow(ArchiveInvalid);
  });

  it('gives way to a session that waits for a table', async () => {
    const source = await newDatabase();
    await fill(source);
    let altering: Promise<unknown> | undefined;
    const slow = {
      connect: connectTo(source),
      asRole: role,
      pace: new Pace(() => 50_000),
      facts: () => {
        altering = run(source, 'ALTER TABLE "Note" ADD COLUMN "more" text');
        return Promise.resolve({ migrations: [], fileNames: [] });
      },
      files: () => Promise.resolve({ files: [], missing: [] }),
    };
    const about = { archiveId: randomUUID(), tenant };
    await expect(writeArchive(new SealedBlobs(store, key), about, slow)).rejects.toThrow(SnapshotInTheWay);
    await altering;
    expect(await run(source, 'SELECT count("more")::int AS count FROM "Note"')).toEqual([{ count: 0 }]);
  });
});

function statementOf({ kind, person }: { kind: string; person: number }): string {
  const id = `(SELECT "id" FROM "Person" WHERE "name" = 'person ${person}')`;
  if (kind === 'add') return `INSERT INTO "Note" ("personId", "body") VALUES (${id}, repeat('x', ${person * 50}))`;
  if (kind === 'remove')
    return `DELETE FROM "Note" WHERE "seq" = (SELECT min("seq") FROM "Note" WHERE "personId" = ${id})`;
  if (kind === 'change')
    return `UPDATE "Note" SET "body" = "body" || 'y' WHERE "seq" = (SELECT max("seq") FROM "Note" WHERE "personId" = ${id})`;
  return `UPDATE "Person" SET "favouriteId" = ${id} WHERE "name" = 'person ${21 - person}'`;
}

/** Writes an archive, and reads what its own snapshot shows by SELECT. */
async function observed(database: string, see: (state: Awaited<ReturnType<typeof stateOf>>) => void) {
  const archiveId = randomUUID();
  const source = {
    connect: connectTo(database),
    asRole: role,
    pace: new Pace(() => undefined),
    facts: async ({ main }: { main: pg.Client }) => {
      const of = async (table: string) => (await main.query(`SELECT t::text AS row FROM "${table}" t ORDER BY 1`)).rows;
      see({
        person: await of('Person'),
        note: await of('Note'),
        counter: await of('Counter'),
        empty: await of('Empty'),
      });
      return { migrations: [], fileNames: [] };
    },
    files: () => Promise.resolve({ files: [], missing: [] }),
  };
  return { archiveId, ...(await writeArchive(new SealedBlobs(store, key), { archiveId, tenant }, source)) };
}
