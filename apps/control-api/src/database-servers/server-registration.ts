import { ControlDatabase, Secrets, type DatabaseServer } from '@helpdeskly/catalog';
import { describeFailure, isUniqueViolation } from '@helpdeskly/database';
import { InvalidReference } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { ServerPreparation } from '../tenant-databases/server-preparation.js';
import type { CreateDatabaseServerDto } from './database-servers.dto.js';
import { ServerNameTaken } from './errors.js';
import { checkServer, type ServerLocation } from './server-check.js';
import { TenantServer } from '../server-connections/tenant-server.js';

/** Registers PostgreSQL servers, after it has checked that tenants' databases can be there. */
@Injectable()
export class ServerRegistration {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly preparation: ServerPreparation,
  ) {}

  /** Throws InvalidReference for what it may not or cannot use, and ServerNameTaken; it then stores nothing. */
  async register(origin: Origin, request: CreateDatabaseServerDto): Promise<DatabaseServer> {
    const { name, host, port, adminUrl, poolerAddress = null, maxTenants } = request;
    await this.assertNameIsFree(name);
    const systemIdentifier = await checkServer({ host, port, adminUrl, poolerAddress });
    await this.assertIsNew(systemIdentifier);
    const [{ id }] = await this.control.client.$queryRaw<[{ id: string }]>`SELECT uuidv7()::text AS id`;
    await this.prepare(id, { adminUrl, poolerAddress });
    return this.orTaken(name, () =>
      this.control.transaction(async (tx) => {
        const adminSecret = this.secrets.seal(adminUrl, id);
        const data = { id, name, host, port, poolerAddress, adminSecret, systemIdentifier, maxTenants };
        const created = await tx.databaseServer.create({ data });
        const details = { id, name, host, port, poolerAddress, maxTenants };
        await recordEvent(tx, origin, { action: 'database_server.created', details });
        return created;
      }),
    );
  }

  /**
   * Checks a server's new address: it must have everything that the former one has. Returns the cluster's system identifier.
   * Throws InvalidReference.
   */
  async assertMovable(server: DatabaseServer, location: ServerLocation): Promise<string> {
    const systemIdentifier = await checkServer(location);
    if (systemIdentifier !== server.systemIdentifier) await this.assertIsNew(systemIdentifier);
    const { id } = server;
    const tenants = await this.control.client.tenant.findMany({
      where: { serverId: id, activatedAt: { not: null } },
      select: { databaseName: true },
    });
    await this.prepare(id, location, async (there) => {
      const { rows } = await there.admin.query<{ missing: number }>(
        `SELECT count(*)::int AS missing FROM unnest($1::text[]) AS name
          WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name)`,
        [tenants.map(({ databaseName }) => databaseName)],
      );
      const missing = rows[0]?.missing ?? 0;
      if (missing > 0)
        throw new InvalidReference('adminUrl', `The databases of ${missing} of the server's tenants are not there.`);
    });
    return systemIdentifier;
  }

  /** Runs `write`. Throws ServerNameTaken if another server got the name first. */
  async orTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (isUniqueViolation(error, 'DatabaseServer_systemIdentifier_key'))
        throw new InvalidReference('adminUrl', registeredAlready);
      if (isUniqueViolation(error, 'DatabaseServer_name_key')) throw new ServerNameTaken(name);
      throw error;
    }
  }

  async assertNameIsFree(name: string): Promise<void> {
    if ((await this.control.client.databaseServer.count({ where: { name } })) > 0) throw new ServerNameTaken(name);
  }

  private async assertIsNew(systemIdentifier: string): Promise<void> {
    if ((await this.control.client.databaseServer.count({ where: { systemIdentifier } })) > 0)
      throw new InvalidReference('adminUrl', registeredAlready);
  }

  /** Uses its own connections: those that serve tenants stay unchanged until the address is stored. */
  private async prepare(
    id: string,
    { adminUrl, poolerAddress }: Pick<ServerLocation, 'adminUrl' | 'poolerAddress'>,
    check: (server: TenantServer) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const server = new TenantServer({ id, adminUrl, poolerAddress }, 2);
    try {
      await check(server);
      await this.preparation.prepare(server);
    } catch (error) {
      if (error instanceof InvalidReference) throw error;
      throw new InvalidReference(
        'adminUrl',
        `The server cannot be prepared for tenants: ${describeFailure(error).replace(/\.?$/, '.')}`,
      );
    } finally {
      await server.close();
    }
  }
}

const registeredAlready = 'This server is registered already.';
