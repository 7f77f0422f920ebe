import type { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure, onceItServes } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import type { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { aboveAuditLock, closeToPublic, clusterName, ensureSharedRoles, missingPrivileges } from './server-roles.js';
import type { SupportAccess } from './support-access.js';
import type { TemplateDatabases } from './template-database.js';

/** Databases that every server has, and to which every role may connect by default. */
const everyServersDatabases = ['postgres', 'template1'];

/** Prepares servers for tenants: shared roles, closed databases, support staff's role, the template. */
export class ServerPreparation {
  private readonly log = new Logger('DatabaseServers');

  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly templates: TemplateDatabases,
    private readonly support: SupportAccess,
  ) {}

  /**
   * Prepares one server. Repeatable. Logs what its administrator may not close. Throws PostgreSQL's error; provisioning's
   * steps ensure the same things.
   */
  async prepare(server: TenantServer): Promise<void> {
    await ensureSharedRoles(server.admin);
    await this.support.prepare(server.admin);
    const control = await this.control.client.$queryRawUnsafe<{ name: string }[]>(clusterName);
    const reports = [
      ...(await closeToPublic(server.admin, everyServersDatabases)),
      ...(await missingPrivileges(server.admin)),
      ...(await aboveAuditLock(server.admin, control[0]?.name)),
    ];
    for (const report of reports) this.log.warn(report);
    await this.templates.ensure(server);
  }

  /**
   * Prepares every server with tenants. A server that is away does not prevent the service's start; with `patiently`
   * it waits for servers that are starting.
   */
  async prepareAll({ patiently = false } = {}): Promise<void> {
    const ids = await this.servers.ids('ACTIVE', 'DRAINING');
    await Promise.all(
      ids.map(async (id) => {
        try {
          const server = await this.servers.server(id);
          const prepare = async () => {
            await this.prepare(server);
            await this.identify(server);
          };
          await (patiently ? onceItServes(prepare, (sentence) => this.log.warn(sentence)) : prepare());
        } catch (error) {
          this.log.error(`The database server ${id} is not prepared yet: ${describeFailure(error)}`);
        }
      }),
    );
  }

  /** Stores the cluster's identifier for servers that were not registered with the API. */
  private async identify({ id, admin }: TenantServer): Promise<void> {
    const { rows } = await admin.query<{ name: string }>(clusterName);
    const systemIdentifier = rows[0]?.name;
    await this.control.client.databaseServer.updateMany({
      where: { id, systemIdentifier: null },
      data: { systemIdentifier },
    });
  }
}
