import { isDeepStrictEqual } from 'node:util';
import { migrationNames, readMigrations, type Migration } from '@helpdeskly/migrator';

/** The migrations of tenants' databases, as last read from their folder. */
export class TenantMigrations {
  private changedAt = new Date();

  private constructor(
    private readonly folder: string,
    private known: readonly Migration[],
  ) {}

  static async read(folder: string): Promise<TenantMigrations> {
    return new TenantMigrations(folder, await readMigrations(folder));
  }

  get current(): readonly Migration[] {
    return this.known;
  }

  /** Since when this process has had these. */
  get since(): Date {
    return this.changedAt;
  }

  /** Reads the folder again, so that new migrations are known without a restart. */
  async refresh(): Promise<readonly Migration[]> {
    const found = await readMigrations(this.folder);
    if (digest(found) !== digest(this.known)) {
      this.known = found;
      this.changedAt = new Date();
    }
    return this.known;
  }

  /** The same where names are enough: it reads the scripts only when there are other names than before. */
  async refreshNames(): Promise<void> {
    const names = await migrationNames(this.folder);
    const known = this.known.map(({ name }) => name);
    if (!isDeepStrictEqual(names, known)) await this.refresh();
  }
}

function digest(migrations: readonly Migration[]): string {
  return migrations.map(({ name, checksum }) => `${name} ${checksum}`).join('\n');
}
