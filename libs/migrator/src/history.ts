import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Migration } from './migrations.js';

/** A finished row of Prisma's table. */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/** Source: the table that `prisma migrate deploy` creates. */
export const createTable = `
CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
)`;

/** The migrations of a database, oldest first; none if it has no `_prisma_migrations` yet. */
export async function appliedMigrations(client: pg.ClientBase): Promise<readonly AppliedMigration[]> {
  const { rowCount: tables } = await client.query(
    `SELECT FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relname = '_prisma_migrations' AND relkind IN ('r', 'p')`,
  );
  if (tables === 0) return [];
  const { rows } = await client.query<AppliedMigration>(
    `SELECT "migration_name" AS "name", "checksum" FROM "_prisma_migrations"
      WHERE "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL ORDER BY "started_at", "migration_name"`,
  );
  return rows;
}

/** Begins the line of `logs` with what others owned before the first try. If a try died, `logs` has only this line. */
const othersOwned = 'Owned by others before: ';

/** One try of a migration, and its row in Prisma's table. */
export class Try {
  private others: readonly string[] | undefined;

  private constructor(
    private readonly client: pg.ClientBase,
    private readonly row: { readonly id: string; readonly name: string; readonly schema: string },
    /** Whether an earlier try died without a record: it may have done everything but record it. */
    readonly afterDeath: boolean,
    /** The error of the previous try, as far as it was recorded. */
    readonly before: string | undefined,
  ) {}

  static async begin(client: pg.ClientBase, { name, checksum }: Migration): Promise<Try> {
    const id = randomUUID();
    const { rows } = await client.query<{ schema: string; given: (string | null)[] }>(
      `WITH given AS (
         UPDATE "_prisma_migrations" SET "rolled_back_at" = now()
          WHERE "migration_name" = $3 AND "finished_at" IS NULL AND "rolled_back_at" IS NULL
         RETURNING "logs"),
       begun AS (
         INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at")
         VALUES ($1, $2, $3, clock_timestamp()))
       SELECT current_schema() AS "schema", ARRAY(SELECT "logs" FROM given) AS "given"`,
      [id, checksum, name],
    );
    const { schema = 'public', given = [] } = rows[0] ?? {};
    const said = given.map(saidOf);
    return new Try(client, { id, name, schema }, said.includes(undefined), said.at(-1));
  }

  /**
   * What other roles than the owner had when this migration was first tried: a try that created more may have committed
   * it. Returns `now` if this is the first try.
   */
  async ownedBefore(now: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.client.query<{ logs: string }>(
      `SELECT "logs" FROM "_prisma_migrations"
        WHERE "migration_name" = $1 AND "id" <> $2 AND "finished_at" IS NULL AND position($3 IN "logs") > 0
        ORDER BY "started_at" LIMIT 1`,
      [this.row.name, this.row.id, othersOwned],
    );
    const first = rows[0]?.logs.split(othersOwned).at(-1);
    this.others = first === undefined ? now : first.split(' ').filter((key) => key !== '');
    await this.write(this.note);
    return this.others;
  }

  /** A statement that records the end, whatever `search_path` the script has set. */
  get finished(): string {
    return `UPDATE ${pg.escapeIdentifier(this.row.schema)}."_prisma_migrations"
      SET "finished_at" = clock_timestamp(), "applied_steps_count" = 1, "logs" = NULL WHERE "id" = '${this.row.id}'`;
  }

  async fail(logs: string): Promise<void> {
    await this.write(this.others === undefined ? logs : `${logs}\n${this.note}`);
  }

  private get note(): string {
    return `${othersOwned}${(this.others ?? []).join(' ')}`;
  }

  private async write(logs: string): Promise<void> {
    await this.client.query(`UPDATE "_prisma_migrations" SET "logs" = $2 WHERE "id" = $1`, [this.row.id, logs]);
  }
}

/** What a try recorded of its end; undefined if it died. */
function saidOf(logs: string | null): string | undefined {
  const said = logs?.split(othersOwned)[0]?.trim();
  return said === '' ? undefined : said;
}
