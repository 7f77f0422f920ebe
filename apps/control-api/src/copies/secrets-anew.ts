import { randomBytes } from 'node:crypto';
import type { Secrets } from '@helpdeskly/catalog';
import type { ClientBase } from 'pg';
import { ownerRole } from '../tenant-databases/server-roles.js';

/**
 * What a lost data key encrypted, and nobody can decrypt any more: second factors, keys of own mail domains, what mails that have not left
 * were to hold. Everybody signs in anew, since those with a second factor have none now.
 */
const unreadable = `
  DELETE FROM "Session"; DELETE FROM "MfaChallenge"; DELETE FROM "UserTotp"; DELETE FROM "RecoveryCode"; DELETE FROM "IdempotencyKey";
  DELETE FROM "MailDelivery" WHERE "status" = 'QUEUED' AND "sealedSecret" IS NOT NULL;
  UPDATE "MailDelivery" SET "sealedSecret" = NULL WHERE "sealedSecret" IS NOT NULL;
  UPDATE "Mailbox" SET "isDefault" = false WHERE "isDefault" AND "address" IS NOT NULL;
  UPDATE "Mailbox" SET "isDefault" = true WHERE "address" IS NULL;
  DELETE FROM "MailboxCode"; DELETE FROM "MailDomainKey";
  UPDATE "Webhook" SET "enabled" = false, "version" = "version" + 1, "updatedAt" = now() WHERE "enabled";`;

/** A tenant's own database goes on under another data key, in one transaction. */
export async function startAnew(client: ClientBase, dataKey: Secrets): Promise<void> {
  await client.query(`BEGIN; SET LOCAL ROLE ${ownerRole}; ${unreadable}`);
  await giveNewSecrets(client, dataKey);
  await client.query('COMMIT');
}

/** Whoever receives a webhook signed by a former secret must not be able to take it for one of now. */
export async function giveNewSecrets(client: ClientBase, to: Secrets): Promise<void> {
  const { rows: webhooks } = await client.query<{ id: string }>('SELECT "id"::text AS "id" FROM "Webhook"');
  for (const { id } of webhooks) {
    const sealed = to.seal(`whsec_${randomBytes(32).toString('base64')}`, `webhook ${id}`);
    await client.query(
      'UPDATE "Webhook" SET "sealedSecret" = $2, "formerSecret" = NULL, "formerUntil" = NULL WHERE "id" = $1',
      [id, sealed],
    );
  }
}
