import type { Secrets } from '@helpdeskly/catalog';
import type { ClientBase } from 'pg';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { giveNewSecrets } from './secrets-anew.js';
import { tellOnce, type ToldTenant } from './told-tenants.js';

/** What a restored database is to be. */
export interface FreshStart {
  /** Whose it is from now on. */
  readonly tenantId: string;
  /** A helpdesk of its own beside the one that was archived; else that one itself, in a former state. */
  readonly copy?: {
    /** The data keys by which its secrets were sealed, and are from now on. `from` is null where nothing was sealed. */
    readonly from: Secrets | null;
    readonly to: Secrets;
  };
  /** A copy of a helpdesk that serves, which got none of its secrets. */
  readonly clone?: {
    /** The data key of the copy. */
    readonly to: Secrets;
    readonly isAnonymized: boolean;
  };
  /** What its own audit trail says of it. */
  readonly told: ToldTenant;
}

/**
 * What worked at the moment of the archive and must not work again: sessions, invitations, answers to Idempotency-Keys, and whatever was
 * about to leave. A comment that was held for sending becomes a draft; a bulk run ends where it was; the files of exports and imports are not in an archive.
 */
const endings = `
  DELETE FROM "Session"; DELETE FROM "Invitation"; DELETE FROM "MfaChallenge"; DELETE FROM "IdempotencyKey";
  DELETE FROM "MailDelivery" WHERE "status" = 'QUEUED';
  DELETE FROM "WebhookDelivery" WHERE "status" = 'PENDING';
  DELETE FROM "DataExport" WHERE "status" IN ('PENDING', 'RUNNING');
  INSERT INTO "Draft" ("userId", "ticketId", "body", "visibility", "attachmentIds", "macroId", "version")
  SELECT DISTINCT ON (h."authorId", h."namedTicketId") h."authorId", h."namedTicketId", h."body", h."visibility",
         ARRAY(SELECT a."id" FROM "Attachment" a WHERE a."heldCommentId" = h."id" ORDER BY a."id"), h."macroId", h."draftVersion" + 1
    FROM "HeldComment" h ORDER BY h."authorId", h."namedTicketId", h."seq" DESC
  ON CONFLICT ("userId", "ticketId") DO NOTHING;
  DELETE FROM "HeldComment";
  UPDATE "BulkRun" SET "endedAt" = now(), "work" = NULL,
         "error" = '{"code":"service_unavailable","detail":"The helpdesk was restored from a backup while the run was under way."}'
   WHERE "endedAt" IS NULL;
  DELETE FROM "DataExport"; DELETE FROM "DataImport";`;

/**
 * What a copy has off until its admins turn it on, and what only the original is known by. An own address is the original's in the control
 * database: in the copy it is unverified.
 */
const copied = `
  UPDATE "Settings" SET "outgoingMail" = false;
  UPDATE "Webhook" SET "enabled" = false, "version" = "version" + 1, "updatedAt" = now() WHERE "enabled";
  UPDATE "ApiKey" SET "revokedAt" = now() WHERE "revokedAt" IS NULL;
  DELETE FROM "ReplyToken";
  DELETE FROM "DataExport";
  UPDATE "MailDelivery" SET "bounceHash" = NULL, "sealedSecret" = NULL;
  UPDATE "Mailbox" SET "isDefault" = false WHERE "isDefault" AND "address" IS NOT NULL;
  UPDATE "Mailbox" SET "isDefault" = true WHERE "address" IS NULL;
  DELETE FROM "MailboxCode"; DELETE FROM "MailDomainKey";`;

/** What was counted and indexed of words and files whose place others have taken. */
const countedAnew = `
  UPDATE "StorageUsage" SET "revision" = "revision" + 1,
         "bytes" = (SELECT coalesce(sum("stored_bytes"(f)), 0) FROM "Attachment" f)
                 + (SELECT coalesce(sum("stored_bytes"(m)), 0) FROM "InboundMail" m);
  SELECT count("search_put_again"(s."ticketId", s."field", s."sourceId")::text)
    FROM (SELECT DISTINCT "ticketId", "field", "sourceId" FROM "TicketSearch") s;`;

/** Settles a restored database, of the newest schema, in one transaction; nobody may use it yet. */
export async function startAfresh(client: ClientBase, { tenantId, copy, clone, told }: FreshStart): Promise<void> {
  await client.query(`BEGIN; SET LOCAL ROLE ${ownerRole}; ${endings}`);
  // Webhooks go on behind the last event: those before were delivered, or belong to what was about to leave.
  for (let placed = 1; placed > 0;) {
    const { rows } = await client.query<{ placed: number }>('SELECT "place_ticket_events"(10000) AS "placed"');
    placed = rows[0]?.placed ?? 0;
  }
  await client.query('UPDATE "Webhook" SET "position" = (SELECT "last" FROM "TicketFeed")');
  if (copy !== undefined) {
    await client.query(copied);
    await resealSecrets(client, copy);
  }
  if (clone !== undefined) {
    await client.query(copied);
    await giveNewSecrets(client, clone.to);
    if (clone.isAnonymized) await client.query(countedAnew);
  }
  await tellOnce(client, told);
  await client.query('UPDATE "TenantIdentity" SET "tenantId" = $1', [tenantId]);
  await client.query('COMMIT');
}

/** Second factors and webhooks' secrets stay what they were, under the copy's own key. */
async function resealSecrets(client: ClientBase, { from, to }: NonNullable<FreshStart['copy']>): Promise<void> {
  if (from === null) return;
  const again = (sealed: string, owner: string) => to.seal(from.open(sealed, owner), owner);
  const { rows: totps } = await client.query<{ userId: string; totpSecret: string }>(
    'SELECT "userId"::text AS "userId", "totpSecret" FROM "UserTotp"',
  );
  for (const { userId, totpSecret } of totps)
    await client.query('UPDATE "UserTotp" SET "totpSecret" = $2 WHERE "userId" = $1', [
      userId,
      again(totpSecret, userId),
    ]);
  const { rows: webhooks } = await client.query<{ id: string; sealedSecret: string }>(
    'SELECT "id"::text AS "id", "sealedSecret" FROM "Webhook"',
  );
  for (const { id, sealedSecret } of webhooks)
    await client.query(
      'UPDATE "Webhook" SET "sealedSecret" = $2, "formerSecret" = NULL, "formerUntil" = NULL WHERE "id" = $1',
      [id, again(sealedSecret, `webhook ${id}`)],
    );
}
