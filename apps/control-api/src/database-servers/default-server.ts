import type { DatabaseAddress } from '@helpdeskly/config';
import type { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import { recordSystemEvent } from '../audit/audit-trail.js';

/** The name of the configuration's server. */
export const defaultServerName = 'default';

/** One server can hold 1,500 to 2,500 tenants. */
const maxTenants = 2000;

export interface ConfiguredServer {
  readonly adminUrl: string;
  readonly poolerAddress: DatabaseAddress | undefined;
}

/** Registers the configuration's server, or stores what changed there. */
export async function ensureDefaultServer(
  control: ControlDatabase,
  secrets: Secrets,
  configured: ConfiguredServer,
): Promise<void> {
  const url = new URL(configured.adminUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? 5432 : Number(url.port);
  const pooler = configured.poolerAddress;
  const poolerAddress =
    pooler === undefined ? null : `${pooler.host.includes(':') ? `[${pooler.host}]` : pooler.host}:${pooler.port}`;
  await control.transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly default server'))`;
    const found = await tx.databaseServer.findUnique({ where: { name: defaultServerName } });
    if (found === null) {
      const [{ id }] = await tx.$queryRaw<[{ id: string }]>`SELECT uuidv7()::text AS id`;
      const adminSecret = secrets.seal(configured.adminUrl, id);
      await tx.databaseServer.create({
        data: { id, name: defaultServerName, host, port, poolerAddress, adminSecret, maxTenants },
      });
      await recordSystemEvent(tx, {
        action: 'database_server.created',
        details: { name: defaultServerName, host, port },
      });
      return;
    }
    const sameUrl = secrets.open(found.adminSecret, found.id) === configured.adminUrl;
    if (!sameUrl || found.host !== host || found.port !== port || found.poolerAddress !== poolerAddress) {
      const adminSecret = sameUrl ? found.adminSecret : secrets.seal(configured.adminUrl, found.id);
      const moved = sameUrl ? {} : { systemIdentifier: null }; // Its preparation stores the new cluster's identifier.
      const changed = {
        ...moved,
        host,
        port,
        poolerAddress,
        adminSecret,
        version: { increment: 1 },
        updatedAt: new Date(),
      };
      await tx.databaseServer.update({ where: { id: found.id }, data: changed });
      await recordSystemEvent(tx, {
        action: 'database_server.updated',
        details: { name: defaultServerName, host, port },
      });
    }
  });
}
