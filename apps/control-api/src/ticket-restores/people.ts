import type { ClientBase } from 'pg';
import { archived, bringUsers, type Columns } from './archived-rows.js';
import { insertArchived } from './insert-archived.js';

/**
 * Whom the archived rows name, and who that is now, in the temporary table "archived_person": `live` is the user of the same id, else whoever
 * has the address, else the user as archived, who comes back without a password and disabled. `gone` ones were anonymized since.
 */
export async function findPeople(from: ClientBase, live: ClientBase, columns: Columns): Promise<void> {
  await live.query(`
    CREATE TEMP TABLE "archived_person" ON COMMIT DROP AS
    SELECT p."id", u."id" AS "live", coalesce(u."anonymizedAt" IS NOT NULL, false) AS "gone"
      FROM (SELECT "authorId" AS "id" FROM ${archived('Ticket')} UNION SELECT "submittedById" FROM ${archived('Ticket')}
            UNION SELECT "assignedToId" FROM ${archived('Ticket')} UNION SELECT "authorId" FROM ${archived('Comment')}
            UNION SELECT "userId" FROM ${archived('TicketParticipant')} UNION SELECT "uploaderId" FROM ${archived('Attachment')}
            UNION SELECT "actorId" FROM ${archived('TicketEvent')} UNION SELECT "senderId" FROM ${archived('InboundMail')}
            UNION SELECT "userId" FROM ${archived('ReplyToken')}) p
      LEFT JOIN "User" u ON u."id" = p."id" WHERE p."id" IS NOT NULL`);
  const { rows } = await live.query<{ id: string }>('SELECT "id" FROM "archived_person" WHERE "live" IS NULL');
  if (rows.length === 0) return;
  await bringUsers(
    from,
    live,
    columns,
    rows.map(({ id }) => id),
  );
  await live.query(`
    UPDATE "archived_person" p SET "live" = a."userId"
      FROM ${archived('User')} r JOIN "UserAddress" a ON a."addressKey" = r."emailKey" WHERE r."id" = p."id" AND p."live" IS NULL`);
  await insertArchived(live, columns, 'User', {
    values: {
      passwordHash: 'NULL',
      status: `'DISABLED'`,
      organizationId: '(SELECT o."id" FROM "Organization" o WHERE o."id" = r."organizationId")',
      mergedIntoId: '(SELECT u."id" FROM "User" u WHERE u."id" = r."mergedIntoId")',
    },
    where: 'EXISTS (SELECT FROM "archived_person" p WHERE p."id" = r."id" AND p."live" IS NULL)',
  });
  await live.query('UPDATE "archived_person" SET "live" = "id" WHERE "live" IS NULL');
}

/** Who the person of a column of the archived row `r` is now. */
export function personOf(column: string): string {
  return `(SELECT p."live" FROM "archived_person" p WHERE p."id" = r."${column}")`;
}

/** That this person was not anonymized since. */
export function isThere(column: string): string {
  return `NOT EXISTS (SELECT FROM "archived_person" p WHERE p."id" = r."${column}" AND p."gone")`;
}
