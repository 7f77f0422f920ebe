import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../../../prisma/tenant/migrations', import.meta.url));

/** A folder with the migrations of tenants' databases, to which a test adds its own. */
export class MigrationsFolder {
  private constructor(readonly path: string) {}

  static async create(): Promise<MigrationsFolder> {
    const path = await mkdtemp(join(tmpdir(), 'helpdeskly-migrations-'));
    await cp(own, path, { recursive: true });
    return new MigrationsFolder(path);
  }

  /** Adds a migration, or changes the one of that name. */
  async write(name: string, sql: string): Promise<void> {
    await mkdir(join(this.path, name), { recursive: true });
    await writeFile(join(this.path, name, 'migration.sql'), sql);
  }

  async removeMigration(name: string): Promise<void> {
    await rm(join(this.path, name), { recursive: true });
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
