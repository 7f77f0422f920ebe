import { Prisma } from '@helpdeskly/catalog';
import type { Migration } from '@helpdeskly/migrator';
import { backupStates } from '../backup-policies/backup-states.js';
import { lackingIn } from '../tenant-databases/schema-sets.js';
import type { Observed } from './incident-kinds.js';

/** Longer than a tenant takes to be made, in seconds: as in the alert ProvisioningStuck. */
const stuckSeconds = 600;
/** Days before its end from which on an API key is told of. */
const keyDays = 7;
/** The share of its tenants from which on a server is told of: as in the alert DatabaseServerFull. */
const fullShare = 0.9;
/** For how long after its end a move that was rolled back is told of, in days. */
const moveDays = 7;
/** A former database is dropped an hour after its move; one that is there after so many hours could not be. */
const formerHours = 2;
/** Of one kind at most so many, the oldest first: nobody reads more. */
const most = 200;

const breaches = Prisma.sql`
  SELECT 'isolation_breach' AS "kind", b."id"::text AS "subject", t."slug" AS "tenantSlug", t."serverId",
         'The role of ' || t."slug" || ' could do what it must not: ' || b."attempt" || ' at ' || b."target" || '.' AS "message",
         b."firstSeenAt" AS "since"
    FROM "IsolationBreach" b JOIN "Tenant" t ON t."id" = b."tenantId"`;
const lockedOut = Prisma.sql`
  SELECT 'tenant_locked_out', t."id"::text, t."slug", t."serverId",
         'The database role of ' || t."slug" || ' cannot sign in, read or write: ' || coalesce(i."reason", 'no reason was given') || '.', i."refusedSince"
    FROM "IsolationTurn" i JOIN "Tenant" t ON t."id" = i."tenantId"
   WHERE i."refusedSince" IS NOT NULL AND t."status" = 'ACTIVE'`;
/**
 * What the reconciler mends by itself is told of when it was seen twice; the rest at once. A stale job does nothing, so that it is told of
 * only if it cannot be removed.
 */
const findings = Prisma.sql`
  SELECT CASE WHEN f."kind" IN ('missing_database', 'invalid_tenant_database', 'mistaken_database') THEN 'lost_database'
              WHEN f."kind" IN ('lost_job', 'stale_job', 'stuck_rotation') THEN 'stuck_job'
              ELSE 'reconciliation_finding' END,
         f."id"::text, t."slug", CASE WHEN f."place" ~ '^[0-9a-f-]{36}$' THEN f."place"::uuid END,
         f."kind" || ' ' || f."subject" || ': ' || f."detail", f."firstSeenAt"
    FROM "ReconciliationFinding" f LEFT JOIN "Tenant" t ON t."id" = f."tenantId"
   WHERE f."resolvedAt" IS NULL AND f."kind" <> 'foreign_database' AND (f."action" = 'REPORT' OR f."sightings" >= 2)
     AND (f."kind" <> 'stale_job' OR f."error" IS NOT NULL)
     AND NOT (f."kind" = 'superseded_template' AND f."firstSeenAt" > now() - interval '1 day')`;
const provisioning = Prisma.sql`
  SELECT CASE t."status" WHEN 'FAILED' THEN 'provisioning_failed' ELSE 'provisioning_stuck' END, t."id"::text, t."slug", t."serverId",
         CASE t."status" WHEN 'FAILED' THEN t."slug" || ' could not be provisioned: ' || coalesce(t."statusReason", 'see its steps') || '.'
                         ELSE t."slug" || ' has been PROVISIONING for more than 10 minutes.' END, t."updatedAt"
    FROM "Tenant" t
   WHERE t."status" = 'FAILED' OR t."status" = 'PROVISIONING' AND t."updatedAt" < now() - make_interval(secs => ${stuckSeconds}::float8)`;
/** Only of the last run: a later one has taken its place. */
const halted = Prisma.sql`
  SELECT 'migration_run_halted', r."id"::text, NULL, NULL::uuid,
         'The last migration run is ' || r."status"::text || coalesce(': ' || r."statusReason", '') || '.', coalesce(r."finishedAt", r."updatedAt")
    FROM (SELECT * FROM "MigrationRun" WHERE NOT "dryRun" ORDER BY "createdAt" DESC, "id" DESC LIMIT 1) r
   WHERE r."status" IN ('HALTED', 'FAILED')`;
const drifted = Prisma.sql`
  SELECT 'schema_drift', t."id"::text, t."slug", t."serverId",
         'The database of ' || t."slug" || ' differs from its template in ' || d."count" || CASE d."count" WHEN 1 THEN ' object: ' ELSE ' objects, first: ' END
           || d."first" || ' (drift check ' || d."checkId" || ').', d."since"
    FROM "TenantDrift" d JOIN "Tenant" t ON t."id" = d."tenantId"`;
const keys = Prisma.sql`
  SELECT 'api_key_expiring', k."id"::text, NULL, NULL::uuid,
         'The API key ' || k."name" || ' ends at ' || to_char(k."expiresAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC.',
         k."expiresAt" - make_interval(days => ${keyDays}::int)
    FROM "ApiKey" k
   WHERE k."revokedAt" IS NULL AND k."expiresAt" > now() AND k."expiresAt" <= now() + make_interval(days => ${keyDays}::int)`;
const unreadMails = Prisma.sql`
  SELECT 'operator_mail', 'unread', NULL, NULL::uuid,
         'Mails to postmaster or abuse are unread: ' || count(*) || '.', min(m."receivedAt")
    FROM "OperatorMail" m WHERE m."readAt" IS NULL HAVING count(*) > 0`;
const brokenBackups = Prisma.sql`
  SELECT 'backup_broken', b."id"::text, b."tenantSlug", t."serverId",
         'A backup of ' || b."tenantSlug" || ' is of no use. ' || coalesce(b."error", 'Verify it again for the reason.'), b."brokenSince"
    FROM "Backup" b LEFT JOIN "Tenant" t ON t."id" = b."tenantId"
   WHERE b."brokenSince" IS NOT NULL`;
/** Of servers that answer: the others are an incident themselves. */
const overdueBackups = (everyMs: number) => Prisma.sql`
  SELECT 'backup_overdue', b."tenantId", b."slug", b."serverId"::uuid,
         'The newest good archive of ' || b."slug" || CASE WHEN b."lastBackupAt" IS NULL THEN ' does not exist.'
           ELSE ' is of ' || to_char(b."lastBackupAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC: older than its backup policy allows.' END,
         NULL::timestamptz
    FROM (${backupStates(everyMs)}) b JOIN "DatabaseServer" s ON s."id" = b."serverId"::uuid AND s."state" <> 'OFFLINE'
   WHERE b."overdue"`;
const unknownArchives = Prisma.sql`
  SELECT 'unknown_archives', 'store', NULL, NULL::uuid,
         'The store of backups has ' || c."unknown" || ' archives that this control database does not know, such as ' || c."example"
           || ': they stay, and so do all files and keys.', c."since"
    FROM "ArchiveStoreCheck" c WHERE c."unknown" > 0`;
/** Until another move of the tenant is ordered. */
const rolledBackMoves = Prisma.sql`
  SELECT 'move_rolled_back', m."id"::text, t."slug", m."fromServerId",
         'The last move of ' || t."slug" || ' was rolled back. ' || coalesce(m."error", ''), m."finishedAt"
    FROM "TenantMove" m JOIN "Tenant" t ON t."id" = m."tenantId" AND t."serverId" = m."fromServerId"
   WHERE m."status" = 'ROLLED_BACK' AND m."finishedAt" > now() - make_interval(days => ${moveDays}::int)
     AND NOT EXISTS (SELECT FROM "TenantMove" n WHERE n."tenantId" = m."tenantId" AND n."id" > m."id")`;
const formerDatabases = Prisma.sql`
  SELECT 'former_database_left', m."id"::text, m."tenantSlug", m."fromServerId",
         'The database that ' || m."tenantSlug" || ' has left behind on ' || s."name" || ' could not be dropped yet.', m."finishedAt"
    FROM "TenantMove" m JOIN "DatabaseServer" s ON s."id" = m."fromServerId"
   WHERE m."status" = 'DONE' AND m."formerDroppedAt" IS NULL
     AND m."finishedAt" < now() - make_interval(hours => ${formerHours}::int)`;
const fullServers = Prisma.sql`
  SELECT 'server_full', s."id"::text, NULL, s."id",
         'The database server ' || s."name" || ' holds ' || u."tenants" || ' of ' || s."maxTenants" || ' tenants.', NULL::timestamptz
    FROM "DatabaseServer" s, LATERAL (SELECT count(*) AS "tenants" FROM "Tenant" t WHERE t."serverId" = s."id") u
   WHERE s."state" = 'ACTIVE' AND u."tenants" > s."maxTenants" * ${fullShare}::float8`;

/** Whatever a run that is under way will bring is no incident. */
function lacking(sets: readonly string[], newest: string | null): Prisma.Sql {
  return Prisma.sql`
    SELECT 'schema_pending', t."id"::text, t."slug", t."serverId", t."slug" || ' lacks migrations, and no run brings them.', NULL::timestamptz
      FROM "Tenant" t
     WHERE t."status" = 'ACTIVE'
       AND (t."schemaSetId" = ANY (${[...sets]}::text[]) OR t."schemaSetId" IS NULL AND t."schemaVersion" < ${newest}::text COLLATE "C")
       AND NOT EXISTS (SELECT FROM "MigrationRun" WHERE NOT "dryRun" AND "finishedAt" IS NULL)`;
}

/** What the control database knows to be so; `migrations` are those of this build, `backupEveryMs` is for tenants without a policy. */
export async function observeCatalog(
  client: Prisma.TransactionClient,
  migrations: readonly Migration[],
  backupEveryMs: number,
): Promise<Observed[]> {
  const sets = (await client.schemaSet.findMany()).filter(
    (schemaSet) => lackingIn({ schemaSet, schemaVersion: null }, migrations).length > 0,
  );
  const newest =
    migrations
      .map(({ name }) => name)
      .sort()
      .at(-1) ?? null;
  const schema = lacking(
    sets.map(({ id }) => id),
    newest,
  );
  const sources = [
    breaches,
    lockedOut,
    findings,
    provisioning,
    halted,
    drifted,
    keys,
    unreadMails,
    brokenBackups,
    overdueBackups(backupEveryMs),
    unknownArchives,
    rolledBackMoves,
    formerDatabases,
    fullServers,
    schema,
  ];
  const limited = sources.map(
    (source) => Prisma.sql`(SELECT * FROM (${source}) s ORDER BY 6 NULLS LAST, 2 LIMIT ${most})`,
  );
  return client.$queryRaw<Observed[]>`
    SELECT "kind", "subject", "tenantSlug", "serverId"::text AS "serverId", "message", "since"
      FROM (${Prisma.join(limited, ' UNION ALL ')}) o`;
}
