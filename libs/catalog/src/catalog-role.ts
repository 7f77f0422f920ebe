import pg from 'pg';
import { ensureLoginRole } from './login-role.js';

/**
 * Creates the login role of `catalogUrl` on the control database's server. The role may only connect to the control database,
 * read the views of its schema `catalog`, report usage, claim and free mail addresses, and
 * store mails to the operators. Safe to repeat; it sets a changed password. `client` is
 * connected to the control database as its owner with CREATEROLE, or as a superuser.
 *
 * Throws RoleUnsuitable for a role that may do more, and does not change that role.
 */
export async function ensureCatalogRole(client: pg.ClientBase, catalogUrl: string): Promise<void> {
  const role = pg.escapeIdentifier(await ensureLoginRole(client, 'CATALOG_DATABASE_URL', catalogUrl));
  await client.query(`ALTER ROLE ${role} SET search_path = catalog`);
  await client.query(`
    GRANT USAGE ON SCHEMA catalog TO ${role};
    GRANT SELECT ON ALL TABLES IN SCHEMA catalog TO ${role};
    GRANT EXECUTE ON FUNCTION catalog.report_usage, catalog.claim_mail_address, catalog.free_mail_address,
      catalog.take_operator_mail TO ${role};`);
}

/**
 * Creates the login role of `queueUrl`. The role may only add jobs to the queues in `schema` and take them: it cannot change the
 * queues' tables, nor see any other schema. Otherwise like ensureCatalogRole.
 */
export async function ensureQueueRole(client: pg.ClientBase, queueUrl: string, schema: string): Promise<void> {
  const role = pg.escapeIdentifier(await ensureLoginRole(client, 'QUEUE_DATABASE_URL', queueUrl));
  const queues = pg.escapeIdentifier(schema);
  await client.query(`
    REVOKE ALL ON SCHEMA ${queues} FROM PUBLIC;
    GRANT USAGE ON SCHEMA ${queues} TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${queues} TO ${role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${queues} TO ${role};
    REVOKE INSERT, UPDATE, DELETE ON ${queues}.migration FROM ${role};`);
}
