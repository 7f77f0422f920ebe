import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MigrateOptions, type MigrateResult, migrate, type Migration } from '@helpdeskly/migrator';
import { asAdmin, connected, urlOf } from '@helpdeskly/testing/database';

export const folderOf = (schema: string) =>
  fileURLToPath(new URL(`../../../prisma/${schema}/migrations`, import.meta.url));
export const schemaOf = (schema: string) =>
  fileURLToPath(new URL(`../../../prisma/${schema}/schema.prisma`, import.meta.url));

/** Empty databases of one test file. */
export class Databases {
  private readonly made: string[] = [];

  async create(): Promise<string> {
    const name = `migrator_test_${randomBytes(5).toString('hex')}`;
    await asAdmin((admin) => admin.query(`CREATE DATABASE ${name}`));
    this.made.push(name);
    return name;
  }

  async drop(): Promise<void> {
    await asAdmin(async (admin) => {
      for (const name of this.made) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    });
  }
}

export function run(
  database: string,
  migrations: readonly Migration[],
  options?: MigrateOptions,
): Promise<MigrateResult> {
  return connected(urlOf(database), (client) => migrate(client, migrations, options));
}

export function step(name: string, sql: string): Migration {
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

/** Runs `work` while the migrations exist as files for Prisma. */
export async function inFolder<T>(migrations: readonly Migration[], work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-migrations-'));
  try {
    await writeFile(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n');
    for (const { name, sql } of migrations) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'migration.sql'), sql);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
