import { ControlDatabase, Secrets, type DatabaseServer } from '@helpdeskly/catalog';
import { Forbidden, NotFound, ValidationFailed } from '@helpdeskly/errors';
import { assertVersion, isUuid, type Actor } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import type { ChangeDatabaseServerDto } from './database-servers.dto.js';
import { defaultServerName } from './default-server.js';
import { ServerRegistration } from './server-registration.js';

/** They lead to tenants' databases: who chooses them can read all of them, or find out by trying where they are. */
const addressFields = ['host', 'port', 'poolerAddress', 'adminUrl'] as const;
const shownFields = ['name', 'host', 'port', 'poolerAddress', 'maxTenants', 'state'] as const;

/** Changes a server's name, address, capacity and state. */
@Injectable()
export class ServerChanges {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly registration: ServerRegistration,
  ) {}

  /**
   * Throws VersionConflict if `version` is given and is not the current one, Forbidden and ValidationFailed for an address
   * that the caller may not change, InvalidReference for an unusable one, ServerNameTaken. Writing the current values
   * changes nothing.
   */
  async change(
    { origin, actor }: { readonly origin: Origin; readonly actor: Actor },
    id: string,
    input: ChangeDatabaseServerDto,
    version: number | undefined,
  ): Promise<void> {
    const named = addressFields.filter((field) => input[field] !== undefined);
    if (named.length > 0 && actor.role !== 'OWNER')
      throw new Forbidden('Only an OWNER can change the address of a server.');
    const before = await this.lock(id);
    assertVersion(version, before.version);
    const adminUrl = this.secrets.open(before.adminSecret, id);
    const newAdminUrl = input.adminUrl === adminUrl ? undefined : input.adminUrl;
    const { adminUrl: _, ...shown } = input;
    const details = {
      ...differences(before, shown),
      ...(newAdminUrl === undefined ? {} : { adminUrl: 'changed' }), // Never log its value.
    };
    if (Object.keys(details).length === 0) return;
    assertRenamable(before, input.name);
    const moves = addressFields.filter((field) => field in details);
    let { systemIdentifier } = before;
    if (moves.length > 0) {
      if (before.name === defaultServerName) throw configured(moves);
      const { host, port, poolerAddress } = { ...before, ...shown };
      const location = { host, port, poolerAddress, adminUrl: newAdminUrl ?? adminUrl };
      systemIdentifier = await this.registration.assertMovable(before, location);
    }
    if (input.name !== undefined && input.name !== before.name) await this.registration.assertNameIsFree(input.name);
    await this.registration.orTaken(input.name ?? before.name, async () => {
      const adminSecret = newAdminUrl === undefined ? undefined : this.secrets.seal(newAdminUrl, id);
      await this.control.client.databaseServer.update({
        where: { id },
        data: { ...shown, adminSecret, systemIdentifier, version: { increment: 1 }, updatedAt: new Date() },
      });
    });
    await recordEvent(this.control.client, origin, {
      action: 'database_server.updated',
      details: { id, name: before.name, changes: details },
    });
  }

  /** The lock lets tenants that refer to the server come and go. Throws NotFound. */
  private async lock(id: string): Promise<DatabaseServer> {
    if (!isUuid(id)) throw new NotFound('database server');
    await this.control.client.$executeRaw`SELECT FROM "DatabaseServer" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`;
    const row = await this.control.client.databaseServer.findUnique({ where: { id } });
    if (row === null) throw new NotFound('database server');
    return row;
  }
}

type Shown = Pick<DatabaseServer, (typeof shownFields)[number]>;

function differences(
  before: Shown,
  change: Partial<Shown>,
): Record<string, { from: string | number | null; to: string | number | null }> {
  const changes: Record<string, { from: string | number | null; to: string | number | null }> = {};
  for (const field of shownFields) {
    const to = change[field];
    if (to !== undefined && to !== before[field]) changes[field] = { from: before[field], to };
  }
  return changes;
}

function assertRenamable({ name }: DatabaseServer, to: string | undefined): void {
  if (name === defaultServerName && to !== undefined && to !== name) throw configured(['name']);
}

function configured(fields: readonly string[]): ValidationFailed {
  const message = 'The default server is the one that TENANT_SERVER_ADMIN_URL and TENANT_POOLER_ADDRESS name.';
  return new ValidationFailed(fields.map((field) => ({ field, code: 'configured', message })));
}
