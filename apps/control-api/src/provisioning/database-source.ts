import { ControlDatabase } from '@helpdeskly/catalog';
import type { Migration } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { TemplateDatabases, type Template } from '../tenant-databases/template-database.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { WarmDatabases } from '../warm-databases/warm-databases.js';
import { assertNewestSchema } from './newest-schema.js';

/** Where the databases of tenants to come are taken from: warm ones, or else a template. */
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

  /** Throws SchemaMovedOn when a run that was begun meanwhile brings every tenant to a newer schema than `used`. */
  assertNewest(used: readonly Migration[]): Promise<void> {
    return assertNewestSchema(this.control, this.migrations, used);
  }
}

/** The template of one run, which goes by the same one from its beginning to its end unless somebody drops that. */
export class ChosenTemplate {
  private chosen: Promise<Template> | undefined;

  constructor(
    private readonly templates: TemplateDatabases,
    private readonly server: TenantServer,
  ) {}

  get(): Promise<Template> {
    return (this.chosen ??= this.templates.ensure(this.server));
  }

  /** Somebody dropped it. */
  forget(): void {
    this.templates.forget(this.server);
    this.chosen = undefined;
  }
}
