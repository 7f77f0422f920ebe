import type { ClientBase } from 'pg';
import { readingGrants } from './readonly-role.js';
import { dmlRole, ownerRole } from './server-roles.js';

/**
 * Prepares an empty database, as its owner, for migrations: only the DML role may read and write what they create. A clone keeps
 * these default privileges.
 */
export async function prepareGrants(client: ClientBase): Promise<void> {
  await asOwner(
    client,
    `
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO ${dmlRole};
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${dmlRole};
    ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO ${dmlRole};
    ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO ${dmlRole};`,
  );
}

/** After migrations: revokes what tenants' roles do not need, and lets support staff read. */
export async function settleGrants(client: ClientBase): Promise<void> {
  await asOwner(
    client,
    `
    REVOKE ALL ON "_prisma_migrations" FROM ${dmlRole};
    REVOKE INSERT, UPDATE, DELETE ON "TenantIdentity" FROM ${dmlRole};
    REVOKE UPDATE, DELETE ON "TicketEvent", "AuditEvent" FROM ${dmlRole};
    ${readingGrants}`,
  );
}

async function asOwner(client: ClientBase, script: string): Promise<void> {
  await client.query(`BEGIN; SET LOCAL ROLE ${ownerRole}; ${script} COMMIT;`);
}
