import { NotArchivable, tablesOf } from '@helpdeskly/archive';
import type { DatabaseServer, Tenant } from '@helpdeskly/catalog';
import { describeFailure, isConnectionFailure } from '@helpdeskly/database';
import { Injectable } from '@nestjs/common';
import type { Client, ClientBase } from 'pg';
import { Poolers } from '../pooler/poolers.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import type { Queryable } from '../tenant-databases/server-roles.js';
import type { Missing } from './errors.js';

/** Looks whether servers and a database are such that a tenant can move; changes nothing. */
@Injectable()
export class MoveRequirements {
  constructor(
    private readonly servers: ServerConnections,
    private readonly poolers: Poolers,
  ) {}

  async missing(tenant: Tenant, from: DatabaseServer, to: DatabaseServer): Promise<readonly Missing[]> {
    const [source, target] = await Promise.all([this.reached(from), this.reached(to)]);
    const routes = [source, target].filter((found): found is Missing => 'kind' in found);
    if ('kind' in source || 'kind' in target) return routes;
    const found = [
      ...(await lackOfSource(source.brief, from)),
      ...(await lackOfTarget(target.brief, to)),
      ...(await versions(source.brief, target.brief)),
      ...(await this.lackOfPoolers(from, to)),
    ];
    return found.length > 0 ? found : lackOfDatabase(source, tenant);
  }

  /** Requests wait for the switch in PgBouncers, which have to be told. */
  private async lackOfPoolers(...servers: readonly DatabaseServer[]): Promise<readonly Missing[]> {
    const pooled = servers.find(({ poolerAddress }) => poolerAddress !== null);
    if (pooled === undefined) return [];
    const unreached = await this.poolers.unreached();
    if (unreached === undefined) {
      const name = 'TENANT_POOLER_ADMIN_URL';
      const detail = `app-api reaches ${pooled.name} through a PgBouncer, and ${name} does not say where its console is.`;
      return [{ kind: 'setting', name, detail }];
    }
    return unreached.map((name) => ({ kind: 'route', name, detail: `The PgBouncer ${name} does not answer.` }));
  }

  private async reached({ id, name }: DatabaseServer): Promise<TenantServer | Missing> {
    try {
      await this.servers.reach(id);
      return await this.servers.server(id);
    } catch (error) {
      const detail = `The control plane cannot reach the database server ${name}: ${sentence(error)}`;
      return { kind: 'route', name, detail };
    }
  }
}

async function lackOfSource(admin: Queryable, { name }: DatabaseServer): Promise<readonly Missing[]> {
  const { rows } = await admin.query<{
    role: string;
    walLevel: string;
    replicates: boolean;
    slots: number;
    most: number;
  }>(
    `SELECT rolname::text AS role, current_setting('wal_level') AS "walLevel", rolsuper OR rolreplication AS "replicates",
            (SELECT count(*)::int FROM pg_replication_slots) AS "slots", current_setting('max_replication_slots')::int AS "most"
       FROM pg_roles WHERE rolname = current_user`,
  );
  const [state] = rows;
  if (state === undefined) return [];
  const { role, walLevel, replicates, slots, most } = state;
  return [
    ...lack(walLevel !== 'logical', 'setting', 'wal_level', `${name} has wal_level = ${walLevel}; it must be logical.`),
    ...lack(!replicates, 'privilege', 'REPLICATION', `On ${name}, a superuser must ALTER ROLE ${role} REPLICATION.`),
    ...lack(
      slots >= most,
      'setting',
      'max_replication_slots',
      `${name} has max_replication_slots = ${most}, and ${slots} replication slots.`,
    ),
  ];
}

async function lackOfTarget(admin: Queryable, { name }: DatabaseServer): Promise<readonly Missing[]> {
  const { rows } = await admin.query<{ role: string; replays: boolean }>(
    `SELECT current_user::text AS role, has_parameter_privilege('session_replication_role', 'SET') AS "replays"`,
  );
  const { role = '', replays = false } = rows[0] ?? {};
  const grant = `GRANT SET ON PARAMETER session_replication_role TO ${role}`;
  return lack(!replays, 'privilege', 'session_replication_role', `On ${name}, a superuser must ${grant}.`);
}

/** What a newer server writes as text, an older one may not read. */
async function versions(from: Queryable, to: Queryable): Promise<readonly Missing[]> {
  const ask = `SELECT current_setting('server_version_num')::int / 10000 AS version`;
  const [one, other] = await Promise.all([from, to].map((admin) => admin.query<{ version: number }>(ask)));
  const [before, after] = [one?.rows[0]?.version ?? 0, other?.rows[0]?.version ?? 0];
  return lack(after < before, 'setting', 'server_version', `It would come from PostgreSQL ${before} to ${after}.`);
}

/** What the stream of changes does not carry. */
async function lackOfDatabase(server: TenantServer, { databaseName }: Tenant): Promise<readonly Missing[]> {
  let client: Client | undefined;
  try {
    client = await server.connect(databaseName, 4000);
    await tablesOf(client); // Unlogged, partitioned and foreign tables, materialized views.
    return await objects(client);
  } catch (error) {
    const isForm = error instanceof NotArchivable;
    if (!isForm && !isConnectionFailure(error)) throw error;
    return [{ kind: isForm ? 'schema' : 'route', name: isForm ? 'relations' : databaseName, detail: sentence(error) }];
  } finally {
    await client?.end();
  }
}

async function objects(client: ClientBase): Promise<readonly Missing[]> {
  const { rows } = await client.query<{ large: boolean; keyless: string[] }>(
    `SELECT EXISTS (SELECT FROM pg_largeobject_metadata) AS "large",
            ARRAY(SELECT c.relname::text FROM pg_class c
                   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
                     AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid
                                        AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident END)
                   ORDER BY 1) AS "keyless"`,
  );
  const { large = false, keyless = [] } = rows[0] ?? {};
  return [
    ...lack(large, 'schema', 'large objects', 'Its database has large objects, whose changes no stream carries.'),
    ...keyless.map((table): Missing => {
      const detail = `Its table ${table} has no primary key by which a change finds its row.`;
      return { kind: 'schema', name: table, detail };
    }),
  ];
}

function lack(is: boolean, kind: Missing['kind'], name: string, detail: string): readonly Missing[] {
  return is ? [{ kind, name, detail }] : [];
}

function sentence(error: unknown): string {
  return describeFailure(error).replace(/\.?$/, '.');
}
