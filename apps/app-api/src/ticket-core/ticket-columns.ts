import { OneOf, Text, UuidField } from '@helpdeskly/http';
import { TicketPriority, TicketStatus, type Ticket as StoredTicket } from '@helpdeskly/tenant-db';
import { column, flag, integer, oneOf, text, texts, time, uuid, type Column } from './column.js';
import { Tags } from './tag-fields.js';

const invisible = 'Null if the caller may not see that ticket.';

/**
 * The columns of "Ticket": from this list come what is selected and inserted, the locked row, the fields that bodies may set, events
 * tell of and answers hold, their documentation, and what customers see and set. In the order of answers.
 */
export const ticketColumns = {
  id: column(uuid, { answer: {} }),
  number: column(integer, {
    answer: { description: 'Counts 1, 2, 3 … in each tenant. Paths take it in place of the id.' },
  }),
  title: column(text, {
    answer: {},
    set: {
      field: (options) => Text({ max: 200, ...options }),
      open: { example: 'Printer on floor 3 prints blank pages' },
      byCustomers: ['open'],
    },
  }),
  description: column(text, {
    answer: {},
    set: {
      field: (options) => Text({ max: 65_536, ...options }),
      open: { example: 'Since this morning every page comes out blank.' },
      byCustomers: ['open'],
      long: true,
    },
  }),
  status: column(oneOf(TicketStatus, 'TicketStatus'), {
    answer: {},
    set: {
      field: (options) => OneOf(TicketStatus, { name: 'TicketStatus', ...options }),
      initial: 'OPEN',
      open: { description: 'The default is OPEN.' },
      change: { description: 'The one field that customers may set: to RESOLVED or OPEN.' },
      byCustomers: ['change'],
    },
  }),
  priority: column(oneOf(TicketPriority, 'TicketPriority'), {
    answer: {},
    customers: 'nothing',
    set: {
      field: (options) => OneOf(TicketPriority, { name: 'TicketPriority', ...options }),
      initial: 'MEDIUM',
      open: { description: 'The default is MEDIUM.' },
    },
  }),
  tags: column(texts, {
    answer: {},
    customers: 'nothing',
    set: {
      field: Tags,
      initial: [],
      clears: true,
      open: { description: 'A tag given twice is kept once.' },
      change: { description: 'Replaces all tags.' },
    },
  }),
  internal: column(flag, {
    answer: {
      description:
        'True if the ticket was split from internal comments only: customers do not see it until it has a public comment.',
    },
    customers: 'nothing',
    stored: true,
  }),
  authorId: column(uuid, {
    answer: {},
    set: {
      field: UuidField,
      open: {
        optional: true,
        description: 'The user who asks: any user who is not disabled. The default is the caller.',
      },
      change: { description: 'Any user who is not disabled.' },
    },
  }),
  submittedById: column(uuid, { answer: { description: 'The user who typed the ticket.' }, stored: true, aside: true }),
  assignedToId: column(uuid, {
    nullable: true,
    answer: {},
    set: {
      field: UuidField,
      initial: null,
      open: { description: 'An active admin or agent.' },
      change: { description: 'An active admin or agent.' },
    },
  }),
  groupId: column(uuid, {
    nullable: true,
    answer: {},
    set: {
      field: UuidField,
      initial: null,
      open: { description: 'A group. The assignee must be one of its members.' },
      change: {
        description:
          'A group. If the present assignee is not a member, the ticket loses the assignee, unless you name a member in the same call.',
      },
    },
  }),
  organizationId: column(uuid, {
    nullable: true,
    answer: {
      description:
        'The organization that the author had when the ticket was opened. A new author or a merge does not change it. Sharing follows it.',
    },
    aside: true,
  }),
  commentCount: column(integer, {
    answer: { description: 'The number of comments that the caller may see.' },
    customers: { instead: 'publicCommentCount' },
  }),
  publicCommentCount: column(integer, {}),
  version: column(integer, {
    answer: {
      description:
        'Grows with every write to the ticket, including comments. Customers have a version of their own, which grows with what they can see; their If-Match is compared with it.',
    },
    customers: { instead: 'publicVersion' },
  }),
  publicVersion: column(integer, {}),
  firstRespondedAt: column(time, {
    nullable: true,
    answer: { description: 'The first public comment by an agent or admin who is not the author.' },
  }),
  resolvedAt: column(time, { nullable: true, answer: { description: 'Null unless RESOLVED or CLOSED.' } }),
  closedAt: column(time, { nullable: true, answer: { description: 'Null unless CLOSED.' } }),
  deletedAt: column(time, { nullable: true }),
  reopenCount: column(integer, {
    answer: { description: 'How often the author or another customer reopened the ticket after it was resolved.' },
  }),
  followUpOfId: column(uuid, {
    nullable: true,
    names: 'ticket',
    answer: { description: invisible },
    set: {
      field: UuidField,
      initial: null,
      open: { description: 'The ticket that this one continues.' },
      change: { description: 'An older ticket that this one continues.' },
      byCustomers: ['open'],
    },
  }),
  mergedIntoId: column(uuid, { nullable: true, names: 'ticket', answer: { description: invisible } }),
  splitFromId: column(uuid, { nullable: true, names: 'ticket', stored: true, aside: true }),
  createdAt: column(time, { answer: {}, aside: true }),
  updatedAt: column(time, {
    answer: { description: 'The time of the last write that changed `version`.' },
    customers: { instead: 'publicUpdatedAt' },
    aside: true,
  }),
  publicUpdatedAt: column(time, { aside: true }),
} as const satisfies Record<keyof StoredTicket, Column>;

export type TicketColumnList = typeof ticketColumns;
