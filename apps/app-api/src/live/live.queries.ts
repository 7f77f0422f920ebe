import { SessionStore } from '@helpdeskly/auth';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma, type UserRole } from '@helpdeskly/tenant-db';
import { isoTime } from '../ticket-core/iso-time.js';
import type { TicketEventType } from '../ticket-core/ticket-events.js';
import { letInto, sharedOrganizations, visibleToCustomer } from '../ticket-core/viewer.js';
import { mustSetUpMfa } from '../edge/mfa-demand.js';

/** An event where it stands in the feed, with what streams tell of its ticket as it is now. */
export interface LiveRow {
  /** A bigint's digits. */
  readonly position: string;
  readonly ticketId: string;
  readonly type: TicketEventType;
  readonly actorId: string | null;
  readonly internal: boolean;
  /** Of another time, and another helpdesk: nobody is told of it. */
  readonly imported: boolean;
  /** The names of the fields that changed. */
  readonly fields: readonly string[];
  readonly commentId: string | null;
  readonly createdAt: string;
  readonly number: number;
  readonly version: number;
  readonly publicVersion: number;
  readonly deleted: boolean;
}

/** `limit` placed events behind `after`, up to `to` where that is given. */
export function readLive(db: TenantPrisma, after: bigint, limit: number, to?: bigint): Promise<LiveRow[]> {
  const end = to === undefined ? Prisma.sql`true` : Prisma.sql`e."position" <= ${to}::bigint`;
  return db.$queryRaw<LiveRow[]>`
    SELECT e."position"::text AS "position", e."ticketId"::text AS "ticketId", e."type", e."actorId"::text AS "actorId",
           e."internal", e."imported", ARRAY(SELECT jsonb_object_keys(e."changes")) AS "fields",
           e."changes" #>> '{commentId,to}' AS "commentId", ${isoTime('e."createdAt"')} AS "createdAt",
           t."number", t."version", t."publicVersion", t."deletedAt" IS NOT NULL AS "deleted"
      FROM (SELECT e.* FROM "TicketEvent" e
             WHERE e."position" > ${after}::bigint AND ${end} ORDER BY e."position" LIMIT ${limit}) e
      JOIN "Ticket" t ON t."id" = e."ticketId"
     ORDER BY e."position"`;
}

/** Which of these customers may see which of these tickets now. */
export async function seersOf(
  db: TenantPrisma,
  ticketIds: readonly string[],
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const who = { id: Prisma.sql`me."id"`, cc: Prisma.sql`me."cc"`, organizations: Prisma.sql`me."organizations"` };
  const id = Prisma.sql`c."id"`;
  const rows = await db.$queryRaw<{ ticketId: string; customerIds: string[] }[]>`
    WITH me AS MATERIALIZED (
      SELECT c."id", ${letInto(id)} AS "cc", ${sharedOrganizations(id)} AS "organizations"
        FROM unnest(${[...customerIds]}::uuid[]) c ("id")
    )
    SELECT t."id"::text AS "ticketId", array_agg(me."id"::text) AS "customerIds"
      FROM "Ticket" t JOIN me ON ${visibleToCustomer(who)}
     WHERE t."id" = ANY (${[...ticketIds]}::uuid[]) GROUP BY t."id"`;
  return new Map(rows.map(({ ticketId, customerIds: seers }) => [ticketId, new Set(seers)]));
}

/** A session, or an API key that may read tickets, that stands. */
export interface StandingSession {
  readonly id: string;
  readonly userId: string;
  readonly role: UserRole;
  /** Milliseconds since 1970: when it ends by itself unless it is used. */
  readonly endsAt: number;
}

/** Those of these sessions and keys that let their users do anything. */
export async function standingSessions(
  db: TenantPrisma,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StandingSession>> {
  const rows = await db.$queryRaw<StandingSession[]>`
    SELECT s."id"::text AS "id", u."id"::text AS "userId", u."role"::text AS "role",
           (extract(epoch FROM least(s."expiresAt", s."lastUsedAt" + interval '24 hours')) * 1000)::double precision AS "endsAt"
      FROM "Session" s JOIN "User" u ON u."id" = s."userId"
     WHERE s."id" = ANY (${[...ids]}::uuid[]) AND u."status" = 'ACTIVE'
       AND ${Prisma.raw(SessionStore.liveCondition)} AND NOT ${Prisma.raw(mustSetUpMfa)}
    UNION ALL
    SELECT k."id"::text, u."id"::text, u."role"::text,
           (coalesce(extract(epoch FROM k."expiresAt"), 8.64e12) * 1000)::double precision
      FROM "ApiKey" k JOIN "User" u ON u."id" = k."userId"
     WHERE k."id" = ANY (${[...ids]}::uuid[]) AND k."revokedAt" IS NULL AND (k."expiresAt" IS NULL OR k."expiresAt" > now())
       AND 'tickets:read' = ANY (k."scopes")`;
  return new Map(rows.map((row) => [row.id, row]));
}
