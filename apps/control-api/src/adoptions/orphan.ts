import { appliedMigrations, type AppliedMigration } from '@helpdeskly/migrator';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { tenantDatabaseName, tenantRoleNames } from '../tenant-databases/names.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { AdoptionUnavailable } from './errors.js';

/** A database that has served, and whose tenant the catalog looks for elsewhere, or not at all. */
export interface Orphan {
  readonly tenantId: string;
  readonly databaseName: string;
  readonly schema: readonly AppliedMigration[];
  readonly storage: { readonly bytes: bigint; readonly revision: bigint };
  /** Its longest-standing admin. */
  readonly admin: { readonly email: string; readonly name: string };
  /** Whether a role of its own could log in: whether its tenant was served. */
  readonly isOpen: boolean;
}

const servedForm = /^helpdeskly:([^:]+):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):served$/;

/**
 * What a database says of itself: the comment that this installation gave it, and the identity within it, must name the same tenant.
 * Throws AdoptionUnavailable.
 */
export async function readOrphan(server: TenantServer, databaseName: string, installation: string): Promise<Orphan> {
  const { rows } = await server.brief.query<{ owner: string; comment: string | null; invalid: boolean }>(
    `SELECT pg_get_userbyid(datdba) AS owner, shobj_description(oid, 'pg_database') AS comment, datconnlimit = -2 AS invalid
       FROM pg_database WHERE datname = $1`,
    [databaseName],
  );
  const [found] = rows;
  if (found === undefined) throw new AdoptionUnavailable(`The server has no database ${databaseName}.`);
  const [, whose, tenantId = ''] = servedForm.exec(found.comment ?? '') ?? [];
  const isOurs = found.owner === ownerRole && whose === installation && !found.invalid;
  if (!isOurs || databaseName !== tenantDatabaseName(tenantId))
    throw new AdoptionUnavailable(`${databaseName} is no tenant's database of this installation that has served.`);
  return { tenantId, databaseName, ...(await readWithin(server, { tenantId, databaseName })) };
}

async function readWithin(
  server: TenantServer,
  { tenantId, databaseName }: Pick<Orphan, 'tenantId' | 'databaseName'>,
): Promise<Pick<Orphan, 'schema' | 'storage' | 'admin' | 'isOpen'>> {
  const client = await server.connect(databaseName);
  try {
    const { rows } = await client.query<{
      tenantId: string | null;
      bytes: string;
      revision: string;
      isOpen: boolean;
      email: string | null;
      name: string | null;
    }>(
      `SELECT (SELECT "tenantId"::text FROM "TenantIdentity") AS "tenantId", s."bytes"::text AS "bytes", s."revision"::text AS "revision",
              EXISTS (SELECT FROM pg_roles WHERE rolname = ANY ($1) AND rolcanlogin) AS "isOpen", a."email", a."name"
         FROM (SELECT coalesce(max("bytes"), 0) AS "bytes", coalesce(max("revision"), 0) AS "revision" FROM "StorageUsage") s
         LEFT JOIN LATERAL (SELECT "email", "name" FROM "User" WHERE "role" = 'ADMIN' AND "status" = 'ACTIVE'
                             ORDER BY "createdAt", "id" LIMIT 1) a ON true`,
      [tenantRoleNames(tenantId)],
    );
    const [row] = rows;
    if (row?.tenantId !== tenantId)
      throw new AdoptionUnavailable(`${databaseName} says within that it belongs to ${row?.tenantId ?? 'nobody'}.`);
    const { email, name } = row;
    if (email === null || name === null) throw new AdoptionUnavailable(`${databaseName} has no active admin.`);
    return {
      schema: await appliedMigrations(client),
      storage: { bytes: BigInt(row.bytes), revision: BigInt(row.revision) },
      admin: { email, name },
      isOpen: row.isOpen,
    };
  } finally {
    await client.end();
  }
}
