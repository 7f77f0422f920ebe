import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../prisma-schema-engine.mjs', import.meta.url));

async function ask(
  command: 'drift' | 'database-drift' | 'diagnose' | 'apply',
  url: string,
  migrationsFolder: string,
  schemaFile: string,
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, command, url, migrationsFolder, schemaFile], {
    timeout: 60_000,
    env: {},
  });
  return stdout;
}

/** The SQL that would bring what the migrations build to what schema.prisma says: an empty migration when they agree. */
export async function drift(url: string, migrationsFolder: string, schemaFile: string): Promise<string> {
  return (await ask('drift', url, migrationsFolder, schemaFile)).trim();
}

/** The SQL that would bring a database to what schema.prisma says: an empty migration when they agree. */
export async function databaseDrift(url: string, migrationsFolder: string, schemaFile: string): Promise<string> {
  return (await ask('database-drift', url, migrationsFolder, schemaFile)).trim();
}

/** What Prisma thinks of a database's migration history: edited, failed and missing migrations. */
export async function diagnoseHistory(
  url: string,
  migrationsFolder: string,
  schemaFile: string,
): Promise<Record<string, unknown>> {
  return JSON.parse(await ask('diagnose', url, migrationsFolder, schemaFile)) as Record<string, unknown>;
}

/** Applies migrations as `prisma migrate deploy` does, and answers with Prisma's error when one fails. */
export async function applyByPrisma(url: string, migrationsFolder: string, schemaFile: string): Promise<string> {
  return ask('apply', url, migrationsFolder, schemaFile);
}
