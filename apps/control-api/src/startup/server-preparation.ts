import { Logger } from '@nestjs/common';
import { describeFailure } from '../provisioning/failure.js';
import type { TenantServer } from '../database-servers/tenant-server.js';
import { ensureReadonlyRole, openMaintenanceDatabase, openSupportView } from '../tenant-databases/readonly-role.js';
import { closeToPublic, ensureSharedRoles } from '../tenant-databases/server-roles.js';
import type { ControlPlane } from './control-plane.js';

/** Without them support staff reads nothing, and everybody else goes on. */
async function prepareReaders(plane: ControlPlane, { admin }: TenantServer, log: Logger): Promise<void> {
  try {
    await ensureReadonlyRole(admin, plane.config.tenantReadonlyPassword);
    for (const report of await openMaintenanceDatabase(admin)) log.warn(report);
    await plane.locks.hold('helpdeskly support', 'view', openSupportView);
  } catch (error) {
    log.error(`The role of support staff is not prepared: ${describeFailure(error)}`);
  }
}

/** The databases that every server has, and that every role may connect to unless told otherwise. */
const everyServersDatabases = ['postgres', 'template1'];

/**
 * Prepares the default server for tenants: shared roles, closed databases, the template. A server that is away now does
 * not keep the service from starting: the steps of provisioning make sure of the same things.
 */
export async function prepareDefaultServer(plane: ControlPlane): Promise<void> {
  const log = new Logger('DatabaseServers');
  await plane.poolers
    .publishUsers()
    .catch((error: unknown) => log.error(`The pooler's users are not up to date yet: ${describeFailure(error)}`));
  for (const report of plane.reports) log.warn(report);
  try {
    const server = await plane.servers.server(plane.defaultServerId);
    await ensureSharedRoles(server.admin);
    await prepareReaders(plane, server, log);
    for (const report of await closeToPublic(server.admin, everyServersDatabases)) log.warn(report);
    await plane.templates.ensure(server);
  } catch (error) {
    log.error(`The default database server is not prepared yet: ${describeFailure(error)}`);
  }
}
