import {
  CommentVisibility,
  ParticipantRole,
  TicketLinkType,
  TicketPriority,
  TicketStatus,
  UserRole,
} from '@helpdeskly/tenant-db';
import { TicketEventType } from '../../ticket-core/ticket-events.js';
import { RowRefused } from './errors.js';
import { mostTags } from '../../ticket-core/ticket-limits.js';
import { isObject, type RowFields } from './row-fields.js';
import { mostMembers, mostParticipants } from './row-limits.js';
import type { RowKind, WantedRows } from './wanted-rows.js';

const tag = /^[a-z0-9_-]{1,50}$/;
const largestNumber = 2_000_000_000;

type Reading = { readonly [Kind in RowKind]: (row: RowFields) => WantedRows[Kind] };

const known = (row: RowFields) => ({ sourceId: row.uuid('id'), own: row.uuid('id') });
/** A field of an event that changed. */
const isChange = (value: unknown) => isObject(value) && 'from' in value && 'to' in value;
const isText = (value: unknown) => typeof value === 'string';
const former = { most: 1000, longest: 254 };

const written = (row: RowFields) => ({ createdAt: row.time('createdAt'), updatedAt: row.time('updatedAt') });

/** Rows of an export of ours: docs/export-format.md. Each throws RowRefused. */
export const ownForm: Reading = {
  organizations: (row) => ({ ...known(row), ...written(row), name: row.text('name', 200), shared: row.flag('shared') }),

  users: (row) => {
    if (row.optionalId('mergedIntoId') !== null)
      throw new RowRefused('merged', 'This account was joined with another one, and holds nothing.');
    return {
      ...known(row),
      ...written(row),
      email: row.text('email', 254),
      name: row.text('name', 200),
      role: row.oneOf('role', UserRole),
      isDisabled: row.oneOf('status', { INVITED: 'no', ACTIVE: 'no', DISABLED: 'yes' }) === 'yes',
      isService: row.flag('service'),
      organizationId: row.optionalId('organizationId'),
      locale: row.optionalText('locale', 35),
      timeZone: row.optionalText('timeZone', 64),
      anonymizedAt: row.optionalTime('anonymizedAt'),
      addresses: row.texts('addresses', former),
      formerNames: row.texts('formerNames', former),
    };
  },

  groups: (row) => ({
    ...known(row),
    ...written(row),
    name: row.text('name', 200),
    memberIds: row.ids('memberIds', mostMembers),
  }),

  tickets: (row) => {
    const tags = row.texts('tags', { most: mostTags, longest: 50 });
    if (!tags.every((each) => tag.test(each)))
      throw new RowRefused('invalid_value', 'The field tags holds what is no tag.');
    const status = row.oneOf('status', TicketStatus);
    const [resolvedAt, closedAt] = [row.optionalTime('resolvedAt'), row.optionalTime('closedAt')];
    if (!fits(status, resolvedAt, closedAt))
      throw new RowRefused('invalid_value', `The fields resolvedAt and closedAt do not fit the status ${status}.`);
    const [id, mergedIntoId] = [row.uuid('id'), row.optionalId('mergedIntoId')];
    if (mergedIntoId !== null && (mergedIntoId === id || status !== 'CLOSED'))
      throw new RowRefused('invalid_value', 'A ticket that was merged is CLOSED, and was merged into another one.');
    return {
      ...known(row),
      ...written(row),
      number: row.integer('number', 1, largestNumber),
      title: row.optionalText('title', 200) ?? '', // Redacted ones are blank.
      description: row.optionalText('description', 65_536) ?? '',
      status,
      priority: row.oneOf('priority', TicketPriority),
      tags,
      isInternal: row.flag('internal'),
      isSpam: row.flag('spam'),
      authorId: row.id('authorId'),
      submittedById: row.id('submittedById'),
      assignedToId: row.optionalId('assignedToId'),
      groupId: row.optionalId('groupId'),
      organizationId: row.optionalId('organizationId'),
      reopenCount: row.integer('reopenCount', 0, largestNumber),
      firstRespondedAt: row.optionalTime('firstRespondedAt'),
      resolvedAt,
      closedAt,
      deletedAt: row.optionalTime('deletedAt'),
      followUpOfId: row.optionalId('followUpOfId'),
      mergedIntoId,
      splitFromId: row.optionalId('splitFromId'),
      participants: row
        .rows('participants', mostParticipants)
        .map((each) => ({ userId: each.id('userId'), role: each.oneOf('role', ParticipantRole) })),
      comments: [],
      opening: null,
      absentFiles: [],
    };
  },

  links: (row) => ({
    ...known(row),
    type: row.oneOf('type', TicketLinkType),
    fromId: row.id('fromId'),
    toId: row.id('toId'),
    createdAt: row.time('createdAt'),
  }),

  comments: (row) => {
    const redactedAt = row.optionalTime('redactedAt');
    return {
      ...known(row),
      ticketId: row.id('ticketId'),
      originTicketId: row.optionalId('originTicketId'),
      openingOfId: row.optionalId('openingOfId'),
      authorId: row.id('authorId'),
      body: redactedAt === null ? row.text('body', 65_536) : (row.optionalText('body', 65_536) ?? ''),
      visibility: row.oneOf('visibility', CommentVisibility),
      redactedAt,
      createdAt: row.time('createdAt'),
      absentFiles: [],
    };
  },

  events: (row) => ({
    ...known(row),
    ticketId: row.id('ticketId'),
    type: row.oneOf('type', TicketEventType),
    actorId: row.optionalId('actorId'),
    isInternal: row.flag('internal'),
    changes: row.object('changes', isChange) ?? {},
    names: row.object('names', isText),
    createdAt: row.time('createdAt'),
  }),

  files: (row) => {
    if (row.flag('raw'))
      throw new RowRefused('raw_mail', 'Messages as they came are not imported; the archive holds them.');
    return {
      ...known(row),
      entry: `files/${row.uuid('id')}`,
      uploaderId: row.id('uploaderId'),
      commentId: row.optionalId('commentId'),
      openingOfId: row.optionalId('openingOfId'),
      fileName: row.text('fileName', 255),
      sha256: row.text('sha256', 64),
      isInline: row.flag('inline'),
      createdAt: row.time('createdAt'),
    };
  },
};

function fits(status: TicketStatus, resolvedAt: Date | null, closedAt: Date | null): boolean {
  if (status === 'CLOSED') return closedAt !== null;
  return closedAt === null && (resolvedAt !== null) === (status === 'RESOLVED');
}
