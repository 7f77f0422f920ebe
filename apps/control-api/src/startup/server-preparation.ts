import { describeFailure, onceItServes } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { ensureReadonlyRole, openMaintenanceDatabase, openSupportView } from '../tenant-databases/readonly-role.js';
import {
  aboveAuditLock,
  closeToPublic,
  clusterName,
  ensureSharedRoles,
  missingPrivileges,
} from '../tenant-databases/server-roles.js';
import type { ControlPlane } from './control-plane.js';

const log = new Logger('DatabaseServers');

/** Without them support staff reads nothing, and everybody else goes on. */
async function prepareReaders(plane: ControlPlane, { admin }: TenantServer): Promise<void> {
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
 * Prepares a server for tenants: shared roles, closed databases, the template. Repeatable. Answers sentences about what its
 * administrator may not close. Throws what PostgreSQL throws: the steps of provisioning make sure of the same things.
 */
export async function prepareServer(plane: ControlPlane, server: TenantServer): Promise<readonly string[]> {
  await ensureSharedRoles(server.admin);
  await prepareReaders(plane, server);
  const control = await plane.control.client.$queryRawUnsafe<{ name: string }[]>(clusterName);
  const reports = [
    ...(await closeToPublic(server.admin, everyServersDatabases)),
    ...(await missingPrivileges(server.admin)),
    ...(await aboveAuditLock(server.admin, control[0]?.name)),
  ];
  for (const report of reports) log.warn(report);
  await plane.templates.ensure(server);
  return reports;
}

/**
 * Prepares every server that serves tenants. One that is away now does not keep the service from starting; `patiently` waits
 * for those that are only starting themselves.
 */
export async function prepareServers(plane: ControlPlane, { patiently = false } = {}): Promise<void> {
  await plane.poolers
    .publishUsers()
    .catch((error: unknown) => log.error(`The pooler's users are not up to date yet: ${describeFailure(error)}`));
  for (const report of [...plane.reports, ...plane.auditLockWeaknesses]) log.warn(report);
  const ids = await plane.servers.ids('ACTIVE', 'DRAINING');
  await Promise.all(
    ids.map(async (id) => {
      try {
        const server = await plane.servers.server(id);
        const prepare = async () => {
          await prepareServer(plane, server);
          await identify(plane, server);
        };
        await (patiently ? onceItServes(prepare, (sentence) => log.warn(sentence)) : prepare());
      } catch (error) {
        log.error(`The database server ${id} is not prepared yet: ${describeFailure(error)}`);
      }
    }),
  );
}

/** Writes down which cluster it is, for servers that were not registered over the API. */
async function identify({ control }: ControlPlane, { id, admin }: TenantServer): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(clusterName);
  const systemIdentifier = rows[0]?.name;
  await control.client.databaseServer.updateMany({ where: { id, systemIdentifier: null }, data: { systemIdentifier } });
}
