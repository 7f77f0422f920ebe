import type { ClientBase } from 'pg';
import { ofTickets } from './archived-rows.js';

/** The names of the files of an archive's tickets whose bytes must be there, but for those that were removed from the helpdesk since. */
export async function filesOf(from: ClientBase, live: ClientBase, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await from.query<{ name: string }>(`
    SELECT "id"::text AS "name" FROM "Attachment"
     WHERE (${ofTickets('Attachment', ids)}) AND "storedAt" IS NOT NULL AND "removedAt" IS NULL
     UNION SELECT "id"::text FROM "InboundMail"
     WHERE (${ofTickets('InboundMail', ids)}) AND "storedAt" IS NOT NULL AND "rawRemovedAt" IS NULL`);
  const names = rows.map(({ name }) => name);
  const removed = new Set(await removedOf(live, names));
  return names.filter((name) => !removed.has(name));
}

/** Those of them whose bytes the helpdesk has given up. */
export async function removedOf(live: ClientBase, names: readonly string[]): Promise<readonly string[]> {
  const { rows } = await live.query<{ name: string }>(
    `SELECT "id"::text AS "name" FROM "Attachment" WHERE "id" = ANY ($1::uuid[]) AND "removedAt" IS NOT NULL
      UNION SELECT "id"::text FROM "InboundMail" WHERE "id" = ANY ($1::uuid[]) AND "rawRemovedAt" IS NOT NULL`,
    [names],
  );
  return rows.map(({ name }) => name);
}
