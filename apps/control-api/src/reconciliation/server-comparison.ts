import { ControlDatabase, type Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import { compareServer, type CatalogSide } from './compare-server.js';
import { CredentialCheck } from './credential-check.js';
import type { Finding } from './finding.js';
import { scratchInUse, slotsInUse } from './scratch-in-use.js';
import { surveyServer } from './server-survey.js';

/** Compares a server with the catalog. */
@Injectable()
export class ServerComparison {
  constructor(
    private readonly control: ControlDatabase,
    private readonly credentials: CredentialCheck,
    private readonly templates: TemplateDatabases,
    private readonly specs: TenantRoleSpecs,
  ) {}

  /** Otherwise the template of a newer schema would look like an older one. */
  async prepare(): Promise<void> {
    await this.templates.refresh();
  }

  async compare(server: TenantServer): Promise<readonly Finding[]> {
    const survey = await surveyServer(server.admin); // First: what is made later already has its row.
    const tenants = await this.control.client.tenant.findMany({ where: { serverId: server.id } });
    const refused = await this.credentials.refused(server, survey, tenants.filter(mustHaveDatabase));
    return compareServer(survey, await this.catalogSide(server.id, tenants, refused));
  }

  private async catalogSide(
    serverId: string,
    tenants: readonly Tenant[],
    refused: ReadonlySet<string>,
  ): Promise<CatalogSide> {
    const { installation, statementTimeoutMs } = this.specs;
    const warm = await this.control.client.warmDatabase.findMany({ where: { serverId } });
    return {
      installation,
      statementTimeoutMs,
      refused,
      tenants,
      warm: warm.map(({ name, state }) => ({ name, ready: state === 'READY' })),
      scratch: await scratchInUse(this.control, installation),
      slots: await slotsInUse(this.control),
      template: this.templates.name,
    };
  }
}
