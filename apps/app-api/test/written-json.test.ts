import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type Caller, type System } from '@helpdeskly/testing';
import fc from 'fast-check';
import type { Columns } from '../src/ticket-core/column.js';
import { ticketColumns } from '../src/ticket-core/ticket-columns.js';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { inDatabaseOf } from './resolved-tickets.js';

type Row = Readonly<Record<string, any>>;

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

/** What PostgreSQL can store, quotes, control characters, line separators and all planes of Unicode among it. */
const anyText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'"\\/\b\t\n\f\r\u0001\u001f\u007f\u2028\u2029\ufeff<&😀'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 60,
  })
  .map((text) => text.replaceAll('\0', ''));
const anyTime = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const orNull = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
const anyInteger = fc.integer({ min: 0, max: 2 ** 31 - 1 });

const rows = (statement: string, values: readonly unknown[]) =>
  inDatabaseOf(desk.tenant, async (client) => (await client.query<Row>(statement, [...values])).rows);

/** Writes columns past the API, which would refuse some values. */
async function set(table: string, id: string, columns: Row): Promise<Row> {
  const names = Object.keys(columns);
  const places = names.map((name, place) => `"${name}" = $${place + 2}`).join(', ');
  const [row] = await inDatabaseOf(desk.tenant, async (client) => {
    await client.query('SET session_replication_role = replica');
    return (
      await client.query<Row>(`UPDATE "${table}" SET ${places} WHERE "id" = $1 RETURNING *`, [
        id,
        ...Object.values(columns),
      ])
    ).rows;
  });
  return row as Row;
}

/** As JSON.stringify writes a row that pg has read. */
const shown = (value: unknown) => (value instanceof Date ? value.toISOString() : value);

async function person(id: string | null, reader: 'staff' | 'customer'): Promise<Row | null> {
  const [user] = await rows('SELECT "id", "name", "email", "role" FROM "User" WHERE "id" = $1', [id]);
  if (user === undefined) return null;
  const { email, ...others } = user;
  return reader === 'customer' && user.role !== 'CUSTOMER'
    ? others
    : { id: user.id, name: user.name, email, role: user.role };
}

async function ticketFor(reader: 'staff' | 'customer', row: Row): Promise<Row> {
  const answered = Object.entries<Columns[string]>(ticketColumns).filter(
    ([, { rules }]) => rules.answer !== undefined && (reader === 'staff' || rules.customers !== 'nothing'),
  );
  const fields = answered.map(
    ([
      name,
      {
        rules: { customers },
      },
    ]) => {
      const source = reader === 'customer' && typeof customers === 'object' ? customers.instead : name;
      return [name, shown(row[source])];
    },
  );
  return {
    ...Object.fromEntries(fields),
    author: await person(row.authorId, reader),
    assignedTo: await person(row.assignedToId, reader),
  };
}

describe('what PostgreSQL writes as JSON', () => {
  const runs = { numRuns: 25, endOnFailure: true };

  it('is, byte for byte, what JSON.stringify makes of the same ticket, alone and in lists', async () => {
    const { body } = await desk.customer.post('/tickets', { title: 'Printer', description: 'Blank pages' });
    const readers = { staff: desk.agent, customer: desk.customer } as const satisfies Record<string, Caller>;
    const columns = fc.record({
      title: anyText,
      description: anyText,
      tags: fc.array(anyText, { maxLength: 5 }),
      priority: fc.constantFrom('LOW', 'MEDIUM', 'HIGH', 'URGENT'),
      status: fc.constantFrom('OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'),
      assignedToId: orNull(fc.constantFrom(desk.agent.id, desk.admin.id)),
      followUpOfId: orNull(fc.constant(body.id)),
      version: anyInteger,
      publicVersion: anyInteger,
      commentCount: anyInteger,
      publicCommentCount: anyInteger,
      reopenCount: anyInteger,
      firstRespondedAt: orNull(anyTime),
      resolvedAt: orNull(anyTime),
      closedAt: orNull(anyTime),
      createdAt: anyTime,
      updatedAt: anyTime,
      publicUpdatedAt: anyTime,
    });
    await fc.assert(
      fc.asyncProperty(columns, anyText, async (written, name) => {
        await set('User', desk.customer.id, { name });
        const row = await set('Ticket', body.id, written);
        for (const reader of ['staff', 'customer'] as const) {
          const expected = JSON.stringify(await ticketFor(reader, row));
          const single = await readers[reader].get(`/tickets/${body.id}`);
          expect(single.text).toBe(expected);
          expect(single.headers.get('etag')).toBe(`"${JSON.parse(expected).version}"`);
          const list = await readers[reader].get('/tickets?include=total');
          expect(list.text).toBe(
            `{"data":[${expected}],"meta":{"limit":25,"hasMore":false,"nextCursor":null,"total":1}}`,
          );
        }
      }),
      runs,
    );
  });
});
