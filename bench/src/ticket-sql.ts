// Tickets as somebody would read them with pg alone: what the bare ways of several parts share.

export const limit = 25;

const time = (column: string) =>
  `to_char(t."${column}" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "${column}"`;
const person = (alias: string, id: string) => `
  LEFT JOIN LATERAL (SELECT u."name", u."email", u."role"::text AS "role" FROM "User" u WHERE u."id" = t."${id}" LIMIT 1) ${alias} ON true`;
const select = (rows: string) => `
  SELECT t."id"::text AS "id", t."number", t."title", t."description", t."status"::text AS "status", t."priority"::text AS "priority",
         t."tags", t."internal", t."authorId"::text AS "authorId", t."submittedById"::text AS "submittedById",
         t."assignedToId"::text AS "assignedToId", t."groupId"::text AS "groupId", t."organizationId"::text AS "organizationId",
         t."commentCount", t."version", ${time('firstRespondedAt')}, ${time('resolvedAt')}, ${time('closedAt')}, t."reopenCount",
         t."followUpOfId"::text AS "followUpOfId", t."mergedIntoId"::text AS "mergedIntoId", ${time('createdAt')}, ${time('updatedAt')},
         a."name" AS "authorName", a."email" AS "authorEmail", a."role" AS "authorRole",
         s."name" AS "assigneeName", s."email" AS "assigneeEmail", s."role" AS "assigneeRole"
    FROM (${rows}) t ${person('a', 'authorId')} ${person('s', 'assignedToId')}`;

export interface Row extends Record<string, unknown> {
  readonly assignedToId: string | null;
}

export function toTicket({
  authorName,
  authorEmail,
  authorRole,
  assigneeName,
  assigneeEmail,
  assigneeRole,
  ...ticket
}: Row) {
  const { authorId, assignedToId } = ticket;
  return {
    ...ticket,
    author: { id: authorId, name: authorName, email: authorEmail, role: authorRole },
    assignedTo:
      assignedToId === null ? null : { id: assignedToId, name: assigneeName, email: assigneeEmail, role: assigneeRole },
  };
}

export const order = '"updatedAt" DESC, t."id" DESC';
export const list = select(`
  SELECT t.* FROM "Ticket" t WHERE t."deletedAt" IS NULL AND t."mergedIntoId" IS NULL ORDER BY t.${order} LIMIT ${limit + 1}`);
export const single = select('SELECT t.* FROM "Ticket" t WHERE t."id" = $1::uuid AND t."deletedAt" IS NULL');
