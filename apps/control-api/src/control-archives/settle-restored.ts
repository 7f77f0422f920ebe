import type { ClientBase } from 'pg';
import type { ControlHead } from './control-archive.js';

/** What is back as it was, for whoever restores to look at. */
export interface Settled {
  readonly tenants: number;
  readonly operators: number;
  readonly apiKeys: number;
}

/**
 * More than any tenant's generations have moved since an archive: jobs that a queue still has are superseded, and a process that knows a later
 * credential under the same number does not take it for this one.
 */
const generationsApart = 1000;

/** Somebody may have restored a deleted tenant since: its purge gives an operator the time to look. */
const purgeDelay = '7 days';

const sentence = 'The control database was restored from an archive while it was under way.';

/**
 * What was good at the moment of the archive and must not go on: sign-ins, answers to Idempotency-Keys, and work that came to its end since,
 * of which this database knows nothing. Findings begin anew: what was seen once then was not seen now. The archive of a backup that was being
 * taken may be whole by now, so the store keeps what the catalog does not know.
 */
const endings = `
  DELETE FROM "OperatorSession"; DELETE FROM "OperatorMfaChallenge"; DELETE FROM "OperatorInvitation"; DELETE FROM "IdempotencyKey";
  DELETE FROM "ReconciliationFinding" WHERE "resolvedAt" IS NULL; DELETE FROM "ReconciliationCheck";
  DELETE FROM "Backup" WHERE "status" = 'RUNNING';
  UPDATE "TenantRestore" SET "status" = 'FAILED', "error" = '${sentence}', "finishedAt" = now() WHERE "status" = 'RUNNING';
  UPDATE "TenantMove" SET "status" = 'ROLLED_BACK', "error" = '${sentence}', "finishedAt" = now()
   WHERE "status" NOT IN ('DONE', 'ROLLED_BACK');
  UPDATE "Evacuation" SET "status" = 'FAILED', "error" = '${sentence}', "finishedAt" = now() WHERE "status" = 'RUNNING';
  UPDATE "MigrationRun" SET "status" = 'CANCELLED', "statusReason" = '${sentence}', "finishedAt" = now(), "version" = "version" + 1
   WHERE "status" IN ('RUNNING', 'SOAKING', 'PAUSED');
  UPDATE "CredentialRotation" SET "status" = 'CANCELLED', "finishedAt" = now(), "version" = "version" + 1 WHERE "status" = 'RUNNING';
  UPDATE "BulkRun" SET "status" = 'CANCELLED', "finishedAt" = now(), "version" = "version" + 1 WHERE "status" = 'RUNNING';
  UPDATE "Tenant"
     SET "generation" = "generation" + ${generationsApart}, "credentialGeneration" = "credentialGeneration" + ${generationsApart},
         "version" = "version" + 1,
         "purgeAt" = CASE WHEN "purgeAt" IS NOT NULL AND "purgeStartedAt" IS NULL THEN greatest("purgeAt", now() + interval '${purgeDelay}')
                          ELSE "purgeAt" END;`;

/** In the transaction that fills it. */
export async function settleRestored(client: ClientBase, { takenAt }: Pick<ControlHead, 'takenAt'>): Promise<Settled> {
  await client.query(endings);
  await client.query(
    `INSERT INTO "audit"."AuditEvent" ("action", "actorType", "details") VALUES ('control_database.restored', 'SYSTEM', $1)`,
    [{ takenAt }],
  );
  const { rows } = await client.query<Settled>(
    `SELECT (SELECT count(*)::int FROM "Tenant") AS "tenants",
            (SELECT count(*)::int FROM "Operator" WHERE "status" = 'ACTIVE') AS "operators",
            (SELECT count(*)::int FROM "ApiKey" WHERE "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now())) AS "apiKeys"`,
  );
  const [settled] = rows as [Settled];
  return settled;
}
