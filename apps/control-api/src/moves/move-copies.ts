import type { Tenant } from '@helpdeskly/catalog';
import { appliedMigrations } from '@helpdeskly/migrator';
import { Inject, Injectable } from '@nestjs/common';
import { escapeIdentifier } from 'pg';
import { installationName } from '../configuration/tokens.js';
import { DriftComparison } from '../drift/drift-comparison.js';
import { scratchMarker } from '../tenant-databases/names.js';
import { cloneClosed } from '../tenant-databases/tenant-database.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { CannotMove } from './errors.js';
import type { Way } from './moving-database.js';

/** Empty databases on other servers, with the tables of tenants'. */
@Injectable()
export class MoveCopies {
  constructor(
    private readonly templates: TemplateDatabases,
    private readonly comparison: DriftComparison,
    @Inject(installationName) private readonly installation: string,
  ) {}

  /** Nobody but the administrator may connect to it. Throws CannotMove. */
  async prepare({ tenant, from, to, copy }: Way): Promise<void> {
    await this.assertAsTemplate(tenant);
    const client = await from.connect(tenant.databaseName);
    const applied = await appliedMigrations(client).finally(() => client.end());
    const { scripts, missing } = this.templates.scriptsOf(applied);
    if (missing.length > 0) throw new CannotMove(`this build does not know its migration ${String(missing[0])}`);
    const template = await this.templates.ensureOf(to, scripts);
    await cloneClosed(to.admin, { name: copy, marker: scratchMarker(this.installation) }, template.name);
    await to.admin.query(`ALTER DATABASE ${escapeIdentifier(copy)} WITH ALLOW_CONNECTIONS true`);
  }

  /** The copy gets its schema from the template: what somebody changed by hand would be missing. */
  private async assertAsTemplate({ id }: Tenant): Promise<void> {
    const compared = await this.comparison.compare(id, await this.comparison.expectations());
    if (compared === undefined) throw new CannotMove('it is gone');
    if ('error' in compared) throw new CannotMove(`it cannot be compared with its template (${compared.error})`);
    const [first] = compared.differences;
    if (first !== undefined)
      throw new CannotMove(`its database differs from its template (${first.object}), see POST /drift-checks`);
  }
}
