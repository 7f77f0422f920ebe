import { expect } from '@jest/globals';
import type { Answer, Caller } from '@helpdeskly/testing';
import { importedAs, zipOf } from './archives.js';
import { formOf } from './files.js';
import { walk } from './helpdesk.js';

/** Uploads an archive. */
export const send = (admin: Caller, zip: Buffer): Promise<Answer> => admin.post('/imports', formOf(zip, 'export.zip'));

/** Uploads an archive and waits until the dry run has ended. */
export async function checked(admin: Caller, zip: Buffer): Promise<any> {
  const { status, body } = await send(admin, zip);
  expect([status, body.code]).toEqual([202, undefined]);
  return importedAs(admin, body.id, ['CHECKED', 'FAILED']);
}

/** Imports what the dry run let through, and waits until that has ended. */
export async function run(admin: Caller, id: string): Promise<any> {
  expect((await admin.post(`/imports/${id}/run`)).status).toBe(202);
  return importedAs(admin, id, ['DONE', 'FAILED']);
}

/** What was refused, by file and line. */
export const refusals = (admin: Caller, id: string) => walk(admin, `/imports/${id}/refusals?limit=2`);

/** A file of rows, as Zendesk and we write them. */
export const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** A small export of Zendesk's, with what is refused. */
export const zendesk = {
  organizations: [
    {
      id: 11,
      name: 'Globex',
      shared_tickets: false,
      created_at: '2020-01-01T00:00:00Z',
      updated_at: '2020-01-01T00:00:00Z',
    },
  ],
  users: [
    {
      id: 21,
      name: 'Zoe',
      email: 'zoe@customer.example',
      role: 'end-user',
      organization_id: 11,
      created_at: '2020-01-02T00:00:00Z',
      updated_at: '2020-01-02T00:00:00Z',
    },
    {
      id: 22,
      name: 'Ada',
      email: 'ada@desk.example',
      role: 'agent',
      created_at: '2020-01-02T00:00:00Z',
      updated_at: '2020-01-02T00:00:00Z',
    },
    {
      id: 23,
      name: 'Nobody',
      email: null,
      role: 'end-user',
      created_at: '2020-01-02T00:00:00Z',
      updated_at: '2020-01-02T00:00:00Z',
    },
  ],
  tickets: [
    {
      id: 4711,
      subject: 'Old “printer”',
      description: 'It smokes.',
      status: 'solved',
      priority: 'urgent',
      requester_id: 21,
      submitter_id: 21,
      assignee_id: 22,
      organization_id: 11,
      tags: ['Smoke Alarm'],
      created_at: '2020-02-01T08:00:00Z',
      updated_at: '2020-02-03T08:00:00Z',
      comments: [
        { id: 1, author_id: 21, body: 'It smokes.', public: true, created_at: '2020-02-01T08:00:00Z' },
        {
          id: 2,
          author_id: 22,
          body: 'Unplug it.',
          public: true,
          created_at: '2020-02-01T09:00:00Z',
          attachments: [{ file_name: 'plug.png' }],
        },
        { id: 3, author_id: 22, body: 'Tell nobody.', public: false, created_at: '2020-02-02T09:00:00Z' },
      ],
    },
    {
      id: 4712,
      subject: 'Lost',
      description: 'x',
      status: 'open',
      priority: null,
      requester_id: 23,
      tags: [],
      created_at: '2020-02-01T08:00:00Z',
      updated_at: '2020-02-01T08:00:00Z',
    },
  ],
};
export const zendeskZip = (): Promise<Buffer> =>
  zipOf({
    'organizations.json': JSON.stringify({ organizations: zendesk.organizations, count: 1 }),
    'users.json': lines(zendesk.users),
    'tickets.json': lines(zendesk.tickets),
  });
