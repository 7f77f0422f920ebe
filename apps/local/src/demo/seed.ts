import { Passwords } from '@helpdeskly/auth';
import type pg from 'pg';
import { type Status, type Story, tellStories } from './conversation.js';
import { people } from './people.js';

const ticketCount = 204;

interface Rows {
  readonly tickets: object[];
  readonly comments: object[];
  readonly events: object[];
}

/**
 * Fills an empty helpdesk with people and some weeks of tickets, as the app API would have written them: states, times,
 * counts and events agree. All or nothing; a helpdesk that has tickets is left as it is.
 */
export async function seedHelpdesk(client: pg.Client, password: string): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM "Ticket" LIMIT 1');
  if (rows.length > 0) return;
  const passwordHash = await new Passwords().hash(password);
  await client.query('BEGIN');
  try {
    const ids = await insertPeople(client, passwordHash);
    const agents = people.flatMap(({ role, email }) => (role === 'AGENT' ? [ids.get(email) ?? ''] : []));
    const customers = people.flatMap(({ role, email }) => (role === 'CUSTOMER' ? [ids.get(email) ?? ''] : []));
    const { rows: uuids } = await client.query<{ id: string }>(
      'SELECT uuidv7()::text AS id FROM generate_series(1, $1)',
      [ticketCount * 20],
    );
    const fresh = uuids.map((row) => row.id).values();
    const data: Rows = { tickets: [], comments: [], events: [] };
    for (const story of tellStories(ticketCount, customers.length, agents.length, new Date()))
      record(story, customers[story.customer] ?? '', agents[story.agent] ?? '', data, () => fresh.next().value ?? '');
    await insert(client, 'Ticket', data.tickets);
    await insert(client, 'Comment', data.comments);
    await insert(client, 'TicketEvent', data.events);
    await client.query('UPDATE "TicketCounter" SET "lastNumber" = $1', [ticketCount]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function insertPeople(client: pg.Client, passwordHash: string): Promise<Map<string, string>> {
  await client.query(
    `INSERT INTO "User" ("email", "emailKey", "name", "role", "status", "passwordHash")
     SELECT p.email, lower(p.email), p.name, p.role::"UserRole", 'ACTIVE', $2
       FROM jsonb_to_recordset($1) AS p(email text, name text, role text)
     ON CONFLICT ("emailKey") DO NOTHING`,
    [JSON.stringify(people), passwordHash],
  );
  const { rows } = await client.query<{ id: string; email: string }>('SELECT "id", "email" FROM "User"');
  return new Map(rows.map(({ id, email }) => [email, id]));
}

/** Plays a story and writes down what it leaves: the ticket at its end, its comments, and an event for each step. */
function record(story: Story, customer: string, agent: string, data: Rows, freshId: () => string): void {
  const id = freshId();
  let status: Status = 'OPEN';
  const ticket = {
    id,
    number: story.number,
    title: story.title,
    description: story.description,
    priority: story.priority,
    tags: story.tags,
    authorId: customer,
    submittedById: customer,
    createdAt: story.openedAt,
    assignedToId: null as string | null,
    commentCount: 0,
    publicCommentCount: 0,
    version: 1,
    reopenCount: 0,
    firstRespondedAt: null as Date | null,
    resolvedAt: null as Date | null,
    closedAt: null as Date | null,
    updatedAt: story.openedAt,
  };
  const event = (type: string, actorId: string, at: Date, changes: object, internal = false) =>
    data.events.push({ id: freshId(), ticketId: id, type, actorId, internal, changes, createdAt: at });
  event('CREATED', customer, story.openedAt, {
    title: { from: null, to: story.title },
    status: { from: null, to: 'OPEN' },
    priority: { from: null, to: story.priority },
    tags: { from: null, to: story.tags },
    authorId: { from: null, to: customer },
  });
  for (const step of story.happenings) {
    const actorId = step.by === 'agent' ? agent : customer;
    const changes: Record<string, { from: unknown; to: unknown }> = {};
    if (step.assign === true) {
      changes.assignedToId = { from: null, to: agent };
      ticket.assignedToId = agent;
    }
    if (step.status !== undefined && step.status !== status) {
      changes.status = { from: status, to: step.status };
      if (status === 'RESOLVED' && step.status === 'OPEN') ticket.reopenCount++;
      if (step.status === 'RESOLVED') ticket.resolvedAt = step.at;
      else if (step.status !== 'CLOSED') ticket.resolvedAt = null;
      if (step.status === 'CLOSED') ticket.closedAt = step.at;
      status = step.status;
    }
    const { comment } = step;
    if (comment === undefined) event('UPDATED', actorId, step.at, changes);
    else {
      const commentId = freshId();
      const isPublic = comment.visibility === 'PUBLIC';
      data.comments.push({
        id: commentId,
        ticketId: id,
        authorId: actorId,
        body: comment.body,
        visibility: comment.visibility,
        createdAt: step.at,
      });
      ticket.commentCount++;
      if (isPublic) ticket.publicCommentCount++;
      if (isPublic && step.by === 'agent') ticket.firstRespondedAt ??= step.at;
      const named = { commentId: { from: null, to: commentId } };
      if (isPublic) event('COMMENTED', actorId, step.at, { ...named, ...changes });
      else {
        event('COMMENTED', actorId, step.at, named, true);
        if (Object.keys(changes).length > 0) event('UPDATED', actorId, step.at, changes);
      }
    }
    ticket.version++;
    ticket.updatedAt = step.at;
  }
  data.tickets.push({ ...ticket, status });
}

/** Many rows in one statement; columns that are not named take their defaults. */
async function insert(
  client: pg.Client,
  table: 'Ticket' | 'Comment' | 'TicketEvent',
  rows: readonly object[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
    .map((name) => `"${name}"`)
    .join(', ');
  await client.query(
    `INSERT INTO "${table}" (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::"${table}", $1)`,
    [JSON.stringify(rows)],
  );
}
