import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, startSystem, urlOf, type System, type TestTenant, type User } from '@helpdeskly/testing';
import { people } from '../src/demo/people.js';
import { seedHelpdesk } from '../src/demo/seed.js';

const password = 'a password for the demo';
let system: System;
let tenant: TestTenant;
let agent: User;
let customer: User;

beforeAll(async () => {
  system = await startSystem();
  tenant = await system.createTenant();
  await seed();
  agent = await tenant.signIn(people.find(({ role }) => role === 'AGENT')?.email ?? '', password);
  customer = await tenant.signIn(people.find(({ role }) => role === 'CUSTOMER')?.email ?? '', password);
});

afterAll(() => system.close());

const seed = () => connected(urlOf(tenant.databaseName), (client) => seedHelpdesk(client, password));

/** Tickets of which `condition` holds; there should be none. */
async function exceptions(condition: string): Promise<number[]> {
  const { rows } = await connected(urlOf(tenant.databaseName), (client) =>
    client.query<{ number: number }>(`SELECT t."number" FROM "Ticket" t WHERE ${condition}`),
  );
  return rows.map((row) => row.number);
}

const comments = (more = '') => `SELECT count(*) FROM "Comment" c WHERE c."ticketId" = t."id" ${more}`;
const events = (what: string, more = '') => `SELECT ${what} FROM "TicketEvent" e WHERE e."ticketId" = t."id" ${more}`;

describe('the demo helpdesk', () => {
  it.each([
    ['comments', `t."commentCount" <> (${comments()})`],
    ['public comments', `t."publicCommentCount" <> (${comments(`AND c."visibility" = 'PUBLIC'`)})`],
    ['writes', `t."version" <> (${events('count(DISTINCT e."createdAt")')})`],
    ['the last write', `t."updatedAt" <> (${events('max(e."createdAt")')})`],
    ['the creation', `t."createdAt" <> (${events('min(e."createdAt")', `AND e."type" = 'CREATED'`)})`],
    [
      'the status',
      `t."status"::text <> (${events(`e."changes" #>> '{status,to}'`, `AND e."changes" ? 'status' ORDER BY e."seq" DESC LIMIT 1`)})`,
    ],
    [
      'reopenings',
      `t."reopenCount" <> (${events('count(*)', `AND e."changes" -> 'status' = '{"from":"RESOLVED","to":"OPEN"}'`)})`,
    ],
    [
      'the first answer',
      `t."firstRespondedAt" IS DISTINCT FROM (SELECT min(c."createdAt") FROM "Comment" c JOIN "User" u ON u."id" = c."authorId"
        WHERE c."ticketId" = t."id" AND c."visibility" = 'PUBLIC' AND u."role" <> 'CUSTOMER')`,
    ],
    ['the time of resolving', `(t."resolvedAt" IS NOT NULL) <> (t."status" IN ('RESOLVED', 'CLOSED'))`],
    ['the time of closing', `(t."closedAt" IS NOT NULL) <> (t."status" = 'CLOSED')`],
    ['the future', `t."updatedAt" > now()`],
  ])('agrees with itself about %s', async (_, condition) => {
    expect(await exceptions(condition)).toEqual([]);
  });

  it('goes on with the next number', async () => {
    const { body } = await customer.post('/tickets', { title: 'One more thing', description: 'Where is the manual?' });
    expect(body.number).toBe(205);
  });

  it('is left alone when it is there already', async () => {
    const before = await exceptions('true');
    await seed();
    expect(await exceptions('true')).toEqual(before);
  });

  it('reads like any other through the API', async () => {
    const { body: found } = await agent.get('/tickets?q=zipper&limit=1');
    const [ticket] = found.data;
    expect(ticket.title).toContain('Zipper');
    expect((await agent.get(`/tickets/${ticket.number}/comments`)).status).toBe(200);
    expect((await agent.get(`/tickets/${ticket.number}/events`)).body.data[0].type).toBe('CREATED');
  });

  it('shows a customer its own tickets alone', async () => {
    const { body } = await customer.get('/tickets?limit=100');
    expect(body.data.length).toBeGreaterThan(0);
    expect(body.data.every((ticket: { authorId: string }) => ticket.authorId === customer.id)).toBe(true);
  });
});
