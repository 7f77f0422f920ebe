import { copyRows, tablesOf } from '@helpdeskly/archive';
import { escapeIdentifier, type ClientBase } from 'pg';

/** The rows of tickets in an archive, by what is true of them; `$ids` are the tickets'. A table comes after those that it refers to. */
const rowsOfTickets = {
  Ticket: `"id" = ANY ($ids)`,
  Comment: `"ticketId" = ANY ($ids)`,
  TicketEvent: `"ticketId" = ANY ($ids)`,
  TicketParticipant: `"ticketId" = ANY ($ids)`,
  TicketLink: `"fromId" = ANY ($ids) OR "toId" = ANY ($ids)`,
  InboundMail: `"ticketId" = ANY ($ids)`,
  Attachment: `"commentId" IN (SELECT c."id" FROM "Comment" c WHERE c."ticketId" = ANY ($ids)) OR "openingOfId" = ANY ($ids)`,
  MailMessage: `"ticketId" = ANY ($ids)`,
  ReplyToken: `"ticketId" = ANY ($ids)`,
  SpamTicket: `"ticketId" = ANY ($ids)`,
} as const;

export type RestoredTable = keyof typeof rowsOfTickets | 'User';

/** What is true of the rows of these tickets. */
export function ofTickets(table: keyof typeof rowsOfTickets, ids: readonly string[]): string {
  return rowsOfTickets[table].replaceAll('$ids', uuids(ids));
}

/** The columns of each table. */
export type Columns = ReadonlyMap<string, readonly string[]>;

/** The name of the temporary table that has the archived rows of a table. */
export function archived(table: RestoredTable): string {
  return escapeIdentifier(`archived_${table}`);
}

/** Brings the rows of these tickets into temporary tables of the live database, until its transaction ends. */
export async function bringRows(from: ClientBase, live: ClientBase, ids: readonly string[]): Promise<Columns> {
  const columns = new Map((await tablesOf(live)).map((table) => [table.name, table.columns]));
  for (const table of Object.keys(rowsOfTickets) as (keyof typeof rowsOfTickets)[])
    await bring(from, live, columns, table, ofTickets(table, ids));
  return columns;
}

/** Brings the rows of users. */
export async function bringUsers(
  from: ClientBase,
  live: ClientBase,
  columns: Columns,
  ids: readonly string[],
): Promise<void> {
  await bring(from, live, columns, 'User', `"id" = ANY (${uuids(ids)})`);
}

async function bring(
  from: ClientBase,
  live: ClientBase,
  columns: Columns,
  table: RestoredTable,
  where: string,
): Promise<void> {
  const names = (columns.get(table) ?? []).map((name) => escapeIdentifier(name)).join(', ');
  const source = `public.${escapeIdentifier(table)}`;
  await live.query(
    `CREATE TEMP TABLE ${archived(table)} ON COMMIT DROP AS SELECT ${names} FROM ${source} WITH NO DATA`,
  );
  await copyRows(from, `SELECT ${names} FROM ${source} WHERE ${where}`, live, `${archived(table)} (${names})`);
}

function uuids(ids: readonly string[]): string {
  return `'{${ids.join()}}'::uuid[]`;
}
