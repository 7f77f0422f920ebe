import { describe, expect, it } from '@jest/globals';
import { RowRefused } from './errors.js';
import { ownForm } from './own-form.js';
import { RowFields } from './row-fields.js';
import { zendeskForm } from './zendesk-form.js';

const at = '2020-02-01T08:00:00Z';
const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';
const zendeskTicket = { id: 1, description: 'x', status: 'open', requester_id: 2, created_at: at, updated_at: at };
const comment = { id: 1, author_id: 2, body: 'y', created_at: at };
const ownTicket = {
  ...{ id: uuid, number: 1, title: 'x', description: 'x', status: 'OPEN', priority: 'LOW', tags: [], reopenCount: 0 },
  ...{ authorId: 2, submittedById: 2, createdAt: at, updatedAt: at },
};

const lists: readonly (readonly [string, number, (list: unknown[]) => unknown, unknown])[] = [
  ...['follower_ids', 'email_cc_ids', 'collaborator_ids'].map(
    (name) =>
      [
        name,
        1000,
        (list: unknown[]) => zendeskForm.tickets(new RowFields({ ...zendeskTicket, [name]: list })),
        3,
      ] as const,
  ),
  ['comments', 5000, (comments) => zendeskForm.tickets(new RowFields({ ...zendeskTicket, comments })), comment],
  [
    'attachments',
    100,
    (attachments) => zendeskForm.comments(new RowFields({ ...comment, ticket_id: 1, attachments })),
    { file_name: 'a' },
  ],
  [
    'memberIds',
    10_000,
    (memberIds) => ownForm.groups(new RowFields({ id: uuid, name: 'x', createdAt: at, updatedAt: at, memberIds })),
    3,
  ],
  [
    'participants',
    1000,
    (participants) => ownForm.tickets(new RowFields({ ...ownTicket, participants })),
    { userId: 3, role: 'CC' },
  ],
];

describe('a list within a row', () => {
  it.each(lists)('%s has %d entries at most', (name, most, read, entry) => {
    const full = Array.from({ length: most }, () => entry);
    expect(() => read(full)).not.toThrow();
    const refused = new RowRefused('too_many', `The field ${name} has more than ${most} entries.`);
    expect(() => read([...full, entry])).toThrow(refused);
  });
});
