import { ControlDatabase } from '@helpdeskly/catalog';
import type { Migration } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { TemplateDatabases, type Template } from '../tenant-databases/template-database.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { WarmDatabases } from '../warm-databases/warm-databases.js';
import { assertNewestSchema } from './newest-schema.js';

/** Where new tenants' databases come from: warm databases, or else a template. */
@Injectable()
export class DatabaseSource {
  constructor(
    private readonly control: ControlDatabase,
    private readonly templates: TemplateDatabases,
    private readonly migrations: TenantMigrations,
    readonly warm: WarmDatabases,
  ) {}

  templateOn(server: TenantServer): ChosenTemplate {
    return new ChosenTemplate(this.templates, server);
  }

  /** Throws SchemaMovedOn if a run that began meanwhile migrates every tenant to a newer schema than `used`. */
  assertNewest(used: readonly Migration[]): Promise<void> {
    return assertNewestSchema(this.control, this.migrations, used);
  }
}

/** The template of one run, which uses the same one from beginning to end unless somebody drops it. */
export class ChosenTemplate {
  private chosen: Promise<Template> | undefined;

  constructor(
    private readonly templates: TemplateDatabases,
    private readonly server: TenantServer,
  ) {}

  get(): Promise<Template> {
    return (this.chosen ??= this.templates.ensure(this.server));
  }

  /** Call this when somebody has dropped it. */
  forget(): void {
    this.templates.forget(this.server);
    this.chosen = undefined;
  }
}
