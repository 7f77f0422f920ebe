import { readonlyRole } from '../tenant-databases/server-roles.js';

/** One server in pgAdmin's import. Passwords cannot be imported: they are in the passfile. */
export interface PgAdminServer {
  readonly Name: string;
  readonly Group: string;
  readonly Host: string;
  readonly Port: number;
  readonly MaintenanceDB: string;
  readonly Username: string;
  readonly Comment: string;
  readonly ConnectionParameters: {
    readonly sslmode: string;
    readonly connect_timeout: number;
    readonly passfile: string;
  };
}

/** pgAdmin's import format. Source: https://www.pgadmin.org/docs/pgadmin4/latest/import_export_servers.html */
export interface PgAdminServers {
  readonly Servers: Readonly<Record<string, PgAdminServer>>;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** The path in the home of pgAdmin's user, where pgadmin/start.sh writes it. */
const passfile = '/.pgpass';

/** The control database, and each server with tenants' databases. */
export function pgAdminServers(
  control: Address & { readonly database: string },
  servers: readonly (Address & { readonly name: string })[],
): PgAdminServers {
  const shared = {
    Username: readonlyRole,
    ConnectionParameters: { sslmode: 'prefer', connect_timeout: 10, passfile },
  };
  const all: PgAdminServer[] = [
    {
      ...shared,
      Name: 'Control database',
      Group: 'Control',
      Host: control.host,
      Port: control.port,
      MaintenanceDB: control.database,
      Comment: 'Which database is whose: SELECT * FROM support.tenant',
    },
    ...servers.map(({ name, host, port }) => ({
      ...shared,
      Name: name,
      Group: 'Tenant servers',
      Host: host,
      Port: port,
      MaintenanceDB: 'postgres',
      Comment: 'Databases t_…: one for each tenant',
    })),
  ];
  return { Servers: Object.fromEntries(all.map((server, index) => [String(index + 1), server])) };
}
