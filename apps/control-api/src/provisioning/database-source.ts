import { Injectable } from '@nestjs/common';
import { CopiedTenants } from '../copies/copied-tenants.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { TemplateDatabases, type Template } from '../tenant-databases/template-database.js';
import { WarmDatabases } from '../warm-databases/warm-databases.js';
import { NewestSchema } from './newest-schema.js';

/** Where new tenants' databases come from: warm databases, or else a template; those of copies from archives. */
@Injectable()
export class DatabaseSource {
  constructor(
    private readonly templates: TemplateDatabases,
    readonly warm: WarmDatabases,
    readonly copies: CopiedTenants,
    readonly newest: NewestSchema,
  ) {}

  templateOn(server: TenantServer): ChosenTemplate {
    return new ChosenTemplate(this.templates, server);
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
