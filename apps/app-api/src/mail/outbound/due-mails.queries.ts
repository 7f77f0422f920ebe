import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { MailKind } from '@helpdeskly/tenant-db';

/** A mail that this process may send while it holds the lease. */
export interface DueMail {
  readonly id: string;
  readonly kind: MailKind;
  readonly ticketId: string | null;
  readonly commentId: string | null;
  readonly userId: string | null;
  readonly mailboxId: string | null;
  readonly notificationId: string | null;
  readonly address: string;
  /** This one counted; by it a process knows its own lease. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly ageMs: number;
  /** Whether a mail to this address came back for good, and with which code. */
  readonly undeliverable: boolean;
  readonly undeliverableCode: string | null;
}

/** In seconds: then another process sends the mail of one that was killed. A process that lives renews its leases before. */
const leaseSeconds = 60;
export const renewLeaseMs = 20_000;

/** Takes the mail that has been due longest; nobody else gets it while the lease holds. */
export async function claimDue(db: TenantPrisma): Promise<DueMail | undefined> {
  const [mail] = await db.$queryRaw<DueMail[]>`
    WITH due AS MATERIALIZED (
      SELECT d."id" FROM "MailDelivery" d
       WHERE d."status" = 'QUEUED' AND d."dueAt" <= now() AND EXISTS (SELECT FROM "Settings" WHERE "outgoingMail")
       ORDER BY d."dueAt", d."id" LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE "MailDelivery" d
         SET "attempts" = d."attempts" + 1, "triedAt" = now(), "dueAt" = now() + ${leaseSeconds}::int * interval '1 second'
        FROM due WHERE d."id" = due."id"
      RETURNING d.*
    )
    SELECT t."id"::text AS "id", t."kind"::text AS "kind", t."ticketId"::text AS "ticketId", t."commentId"::text AS "commentId",
           t."userId"::text AS "userId", t."mailboxId"::text AS "mailboxId", t."notificationId"::text AS "notificationId", t."address", t."attempts", t."createdAt",
           (extract(epoch FROM now() - t."createdAt") * 1000)::double precision AS "ageMs",
           u."addressKey" IS NOT NULL AS "undeliverable", u."code" AS "undeliverableCode"
      FROM taken t LEFT JOIN "UndeliverableAddress" u ON u."addressKey" = lower(t."address")`;
  return mail;
}

type Lease = Pick<DueMail, 'id' | 'attempts'>;
const held = ({ id, attempts }: Lease) => ({ id, attempts, status: 'QUEUED' as const });

/** Keeps a mail from others for another while. */
export async function renewLease(db: TenantPrisma, { id, attempts }: Lease): Promise<void> {
  await db.$executeRaw`
    UPDATE "MailDelivery" SET "dueAt" = now() + ${leaseSeconds}::int * interval '1 second'
     WHERE "id" = ${id}::uuid AND "attempts" = ${attempts}::int AND "status" = 'QUEUED'`;
}

/** What became of a mail for good. False when somebody else has settled it, or holds it, since. */
export async function settle(
  db: TenantPrisma,
  lease: Lease,
  outcome: { readonly status: 'SENT' | 'FAILED'; readonly code: string | null },
): Promise<boolean> {
  const data = { ...outcome, sealedSecret: null, at: new Date() };
  return (await db.mailDelivery.updateMany({ where: held(lease), data })).count === 1;
}

/** Tries a mail again later. */
export async function putOff(db: TenantPrisma, lease: Lease, inMs: number, code: string | null): Promise<void> {
  await db.$executeRaw`
    UPDATE "MailDelivery" SET "code" = ${code}, "at" = now(), "dueAt" = now() + ${Math.ceil(inMs)}::int * interval '1 millisecond'
     WHERE "id" = ${lease.id}::uuid AND "attempts" = ${lease.attempts}::int AND "status" = 'QUEUED'`;
}

/** Takes a mail away that is not to leave any more. */
export async function drop(db: TenantPrisma, lease: Lease): Promise<void> {
  await db.mailDelivery.deleteMany({ where: held(lease) });
}

/** How many mails were tried in the last minute. */
export async function triedLately(db: TenantPrisma): Promise<number> {
  const [row] = await db.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS "total" FROM "MailDelivery" WHERE "triedAt" > now() - interval '1 minute'`;
  return row?.total ?? 0;
}

/** In how many milliseconds the next mail is due, 0 or less when one is; undefined when none waits, or none may leave. */
export async function nextDueInMs(db: TenantPrisma): Promise<number | undefined> {
  const [row] = await db.$queryRaw<{ ms: number | null }[]>`
    SELECT (extract(epoch FROM min("dueAt") - now()) * 1000)::double precision AS "ms"
      FROM "MailDelivery" WHERE "status" = 'QUEUED' AND EXISTS (SELECT FROM "Settings" WHERE "outgoingMail")`;
  return row?.ms ?? undefined;
}
