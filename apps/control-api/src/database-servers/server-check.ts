import { describeFailure, endingAfter, isConnectionFailure, sqlState } from '@helpdeskly/database';
import { InvalidReference } from '@helpdeskly/errors';
import { Client } from 'pg';

/** A server's address as given. `poolerAddress` is `host:port`, or null without a pooler. */
export interface ServerLocation {
  readonly host: string;
  readonly port: number;
  readonly adminUrl: string;
  readonly poolerAddress: string | null;
}

interface Cluster {
  readonly systemIdentifier: string;
  readonly version: number;
  readonly isStandby: boolean;
  readonly isAble: boolean;
  readonly hasTrigrams: boolean;
}

const oldestVersion = 18;
const patienceMs = 3000;

const clusterFacts = `
  SELECT (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
         current_setting('server_version_num')::int / 10000 AS version, pg_is_in_recovery() AS "isStandby",
         rolsuper OR (rolcreatedb AND rolcreaterole AND pg_has_role('pg_signal_backend', 'USAGE')) AS "isAble",
         EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS "hasTrigrams"
    FROM pg_roles WHERE rolname = current_user`;

/**
 * Checks whether tenants' databases can be there: as administrator, at the address that app-api uses without a pooler, and through
 * the pooler. Returns the cluster's system identifier. Throws InvalidReference with the wrong field.
 */
export async function checkServer({ host, port, adminUrl, poolerAddress }: ServerLocation): Promise<string> {
  const cluster = await ask(adminUrl, 'adminUrl');
  if (cluster.version < oldestVersion)
    throw new InvalidReference(
      'adminUrl',
      `This is PostgreSQL ${cluster.version}; ${oldestVersion} is the oldest that will do.`,
    );
  if (cluster.isStandby)
    throw new InvalidReference('adminUrl', 'This server is a standby, which cannot be written to.');
  if (!cluster.isAble)
    throw new InvalidReference(
      'adminUrl',
      'This role must be a superuser or have CREATEDB, CREATEROLE and pg_signal_backend.',
    );
  if (!cluster.hasTrigrams)
    throw new InvalidReference(
      'adminUrl',
      "The extension pg_trgm of PostgreSQL's contrib package is not installed on this server.",
    );
  const direct = new URL(adminUrl);
  direct.hostname = host.includes(':') ? `[${host}]` : host;
  direct.port = String(port);
  if ((await ask(direct.href, 'host')).systemIdentifier !== cluster.systemIdentifier)
    throw new InvalidReference('host', 'This address leads to another PostgreSQL server than adminUrl.');
  if (poolerAddress !== null) await assertSpeaksPostgres(poolerAddress);
  return cluster.systemIdentifier;
}

async function ask(url: string, field: string): Promise<Cluster> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: patienceMs, ...endingAfter(patienceMs) });
  client.on('error', () => undefined); // The interrupted query throws.
  try {
    await client.connect();
    const { rows } = await client.query<Cluster>(clusterFacts);
    const [cluster] = rows;
    if (cluster === undefined) throw new Error('the role is not known');
    return cluster;
  } catch (error) {
    throw new InvalidReference(
      field,
      `No PostgreSQL can be used there: ${describeFailure(error).replace(/\.?$/, '.')}`,
    );
  } finally {
    await client.end();
  }
}

/** Any answer in PostgreSQL's protocol is enough. */
async function assertSpeaksPostgres(address: string): Promise<void> {
  const connectionString = `postgres://helpdeskly_nobody:x@${address}/postgres`;
  const stranger = new Client({ connectionString, connectionTimeoutMillis: patienceMs });
  stranger.on('error', () => undefined);
  try {
    await stranger.connect();
  } catch (error) {
    if (sqlState(error) !== undefined || !isConnectionFailure(error)) return;
    throw new InvalidReference('poolerAddress', 'No PgBouncer answers at this address.');
  } finally {
    await stranger.end();
  }
}
