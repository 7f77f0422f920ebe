import { OneOf, Text, UuidField } from '@helpdeskly/http';
import { TicketPriority, TicketStatus, type Ticket as StoredTicket } from '@helpdeskly/tenant-db';
import { column, flag, integer, oneOf, text, texts, time, uuid, type Column } from './column.js';
import { Tags } from './tag-fields.js';

const invisible = 'Null for one that the caller may not see.';

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
      open: { description: 'OPEN unless given.' },
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
      open: { description: 'MEDIUM unless given.' },
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
      change: { description: 'Takes the place of all tags.' },
    },
  }),
  internal: column(flag, {
    answer: {
      description: 'Made by a split of internal comments alone: hidden from customers while it has no public comment.',
    },
    customers: 'nothing',
    stored: true,
  }),
  authorId: column(uuid, {
    answer: {},
    set: {
      field: UuidField,
      open: { optional: true, description: 'Who asked: any user who is not disabled; the caller unless given.' },
      change: { description: 'Any user who is not disabled.' },
    },
  }),
  submittedById: column(uuid, { answer: { description: 'Who typed it.' }, stored: true, aside: true }),
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
      open: { description: 'A group; an assignee is one of its members.' },
      change: {
        description: 'A group. An assignee who is no member of it loses the ticket, unless a member is named with it.',
      },
    },
  }),
  organizationId: column(uuid, {
    nullable: true,
    answer: {
      description:
        "The author's when the ticket was opened. A new author or a merge leaves it; whom it is shared with goes by it.",
    },
    aside: true,
  }),
  commentCount: column(integer, {
    answer: { description: 'The comments that the caller may see.' },
    customers: { instead: 'publicCommentCount' },
  }),
  publicCommentCount: column(integer, {}),
  version: column(integer, {
    answer: {
      description:
        'Moves with every write to the ticket, comments included. Customers have one of their own, which moves with what they see; their If-Match is compared with that.',
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
    answer: { description: 'How often its author, or another customer, opened it again after it was resolved.' },
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
    answer: { description: 'Of the last write that moved `version`.' },
    customers: { instead: 'publicUpdatedAt' },
    aside: true,
  }),
  publicUpdatedAt: column(time, { aside: true }),
} as const satisfies Record<keyof StoredTicket, Column>;

export type TicketColumnList = typeof ticketColumns;
