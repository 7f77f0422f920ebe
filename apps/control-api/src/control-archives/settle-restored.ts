import type { ClientBase } from 'pg';
import { hasColumns, type ControlHead } from './control-archive.js';

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

/** What is done to a table, if the archive has it with these columns: one of an older schema may lack it. */
interface Ending {
  readonly table: string;
  readonly columns: readonly string[];
  readonly sql: string;
}

const removed = (table: string, where = 'true', columns: readonly string[] = []): Ending => ({
  table,
  columns,
  sql: `DELETE FROM "${table}" WHERE ${where}`,
});

/** Work that was under way is over, with what `columns` say. */
function ended(table: string, status: string, where: string, texts: Readonly<Record<string, string>>): Ending {
  const values = Object.entries(texts).map(([column, value]) => `"${column}" = ${value}`);
  const set = [`"status" = '${status}'`, '"finishedAt" = now()', ...values].join(', ');
  const sql = `UPDATE "${table}" SET ${set} WHERE "status" ${where}`;
  return { table, columns: ['status', 'finishedAt', ...Object.keys(texts)], sql };
}

const why = { error: `'${sentence}'` };
const later = { version: '"version" + 1' };
const runs = `= 'RUNNING'`;

/**
 * What was good at the moment of the archive and must not go on: sign-ins, answers to Idempotency-Keys, and work that came to its end since,
 * of which this database knows nothing. Findings begin anew: what was seen once then was not seen now. The archive of a backup that was being
 * taken may be whole by now, so the store keeps what the catalog does not know.
 */
const endings: readonly Ending[] = [
  removed('OperatorSession'),
  removed('OperatorMfaChallenge'),
  removed('OperatorInvitation'),
  removed('IdempotencyKey'),
  removed('ReconciliationFinding', '"resolvedAt" IS NULL', ['resolvedAt']),
  removed('ReconciliationCheck'),
  removed('Backup', `"status" ${runs}`, ['status']),
  ended('TenantRestore', 'FAILED', runs, why),
  ended('TenantMove', 'ROLLED_BACK', `IN ('COPYING', 'CATCHING_UP', 'SWITCHING')`, why),
  ended('Evacuation', 'FAILED', runs, why),
  ended('MigrationRun', 'CANCELLED', `IN ('RUNNING', 'SOAKING', 'PAUSED')`, { ...later, statusReason: why.error }),
  ended('CredentialRotation', 'CANCELLED', runs, later),
  ended('BulkRun', 'CANCELLED', runs, later),
  {
    table: 'Tenant',
    columns: ['generation', 'credentialGeneration', 'version', 'purgeAt', 'purgeStartedAt'],
    sql: `UPDATE "Tenant"
             SET "generation" = "generation" + ${generationsApart}, "credentialGeneration" = "credentialGeneration" + ${generationsApart},
                 "version" = "version" + 1,
                 "purgeAt" = CASE WHEN "purgeAt" IS NOT NULL AND "purgeStartedAt" IS NULL
                                  THEN greatest("purgeAt", now() + interval '${purgeDelay}') ELSE "purgeAt" END`,
  },
];

/** In the transaction that fills it. */
export async function settleRestored(client: ClientBase, head: ControlHead): Promise<Settled> {
  const { takenAt } = head;
  for (const { table, columns, sql } of endings) if (hasColumns(head, table, columns)) await client.query(sql);
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
