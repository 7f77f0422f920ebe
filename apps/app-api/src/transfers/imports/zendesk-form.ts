import { createHash } from 'node:crypto';
import type { ParticipantRole } from '@helpdeskly/tenant-db';
import { mostTags } from '../../ticket-core/ticket-limits.js';
import { RowRefused } from './errors.js';
import type { RowFields } from './row-fields.js';
import { mostComments, mostFiles, mostParticipants } from './row-limits.js';
import type { WantedComment, WantedRows } from './wanted-rows.js';

const largestNumber = 2_000_000_000;
const longestName = 200;
const longestTitle = 200;

const roles = { 'end-user': 'CUSTOMER', agent: 'AGENT', admin: 'ADMIN' } as const;
const statuses = {
  new: 'OPEN',
  open: 'OPEN',
  pending: 'PENDING',
  hold: 'ON_HOLD',
  solved: 'RESOLVED',
  closed: 'CLOSED',
  deleted: 'CLOSED',
} as const;
const priorities = { low: 'LOW', normal: 'MEDIUM', high: 'HIGH', urgent: 'URGENT' } as const;

const known = (row: RowFields) => ({ sourceId: row.id('id'), own: null });
const written = (row: RowFields) => ({ createdAt: row.time('created_at'), updatedAt: row.time('updated_at') });

type Kind = 'organizations' | 'users' | 'groups' | 'tickets' | 'comments';

/**
 * Rows as Zendesk's JSON exports have them. Each throws RowRefused. Source:
 * https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/ and the pages beside it
 */
export const zendeskForm: { readonly [K in Kind]: (row: RowFields) => WantedRows[K] } = {
  organizations: (row) => ({
    ...known(row),
    ...written(row),
    name: row.cut('name', longestName),
    shared: row.flag('shared_tickets'),
  }),

  users: (row) => ({
    ...known(row),
    ...written(row),
    email: row.text('email', 254),
    name: row.cut('name', longestName),
    role: row.oneOf('role', roles),
    isDisabled: row.flag('suspended') || !row.flagOr('active', true),
    isService: false,
    organizationId: row.optionalId('organization_id'),
    locale: row.optionalText('locale', 35),
    timeZone: row.optionalText('iana_time_zone', 64),
    anonymizedAt: null,
    addresses: [],
    formerNames: [],
  }),

  groups: (row) => ({ ...known(row), ...written(row), name: row.cut('name', longestName), memberIds: [] }),

  tickets: (row) => {
    const sourceId = row.id('id');
    const createdAt = row.time('created_at');
    const comments = row.rows('comments', mostComments).map((each) => readComment(each, sourceId));
    const [first] = comments;
    const told = row.optionalText('description', 65_536);
    const isHidden = first !== undefined && !isPublic(first, row);
    const said = isHidden ? firstWords(comments, row.id('requester_id')) : undefined;
    const opening = !isHidden && isOpening(first, told) ? first : said;
    const description = isHidden ? (said?.body ?? nothingSaid) : (told ?? opening?.body);
    if (description === undefined) throw new RowRefused('required', 'The field description is required.');
    const status = row.oneOf('status', statuses);
    const updatedAt = row.time('updated_at');
    const solvedAt = row.optionalTime('solved_at') ?? updatedAt;
    const isClosed = status === 'CLOSED';
    return {
      sourceId,
      own: null,
      number: row.integer('id', 1, largestNumber),
      title: row.optionalCut('subject', longestTitle) ?? row.optionalCut('raw_subject', longestTitle) ?? '–',
      description,
      status,
      priority: row.optionalText('priority', 20) === null ? 'MEDIUM' : row.oneOf('priority', priorities),
      tags: tagsOf(row.texts('tags', { most: 1000, longest: 1000 })),
      isInternal: !row.flagOr('is_public', true),
      isSpam: false,
      authorId: row.id('requester_id'),
      submittedById: row.optionalId('submitter_id') ?? row.id('requester_id'),
      assignedToId: row.optionalId('assignee_id'),
      groupId: row.optionalId('group_id'),
      organizationId: row.optionalId('organization_id'),
      reopenCount: 0,
      firstRespondedAt: null,
      resolvedAt: isClosed || status === 'RESOLVED' ? solvedAt : null,
      closedAt: isClosed ? updatedAt : null,
      deletedAt: row.optionalText('status', 20) === 'deleted' ? updatedAt : null,
      createdAt,
      updatedAt,
      followUpOfId: followedBy(row),
      mergedIntoId: null,
      splitFromId: null,
      participants: participantsOf(row),
      comments: comments.filter((each) => each !== opening),
      opening: first === undefined ? openingKey(sourceId, createdAt, description) : null,
      absentFiles: opening?.absentFiles ?? [],
    };
  },

  comments: (row) => commentOf(row, row.id('ticket_id')),
};

/** The description of a ticket that began with a note for staff: customers read descriptions. */
export const nothingSaid = '–';

/** A comment that cannot be read says at least whether it is for everybody. */
function isPublic(first: WantedComment | RowRefused, row: RowFields): boolean {
  if (!(first instanceof RowRefused)) return first.visibility === 'PUBLIC';
  try {
    return row.rows('comments', mostComments)[0]?.flag('public') ?? false;
  } catch {
    return false;
  }
}

/** What a ticket begins with for whoever asked, when it began with a note. */
function firstWords(comments: readonly (WantedComment | RowRefused)[], requesterId: string): WantedComment | undefined {
  const first = comments.find((each) => !(each instanceof RowRefused) && each.visibility === 'PUBLIC');
  return first instanceof RowRefused || first?.authorId !== requesterId ? undefined : first;
}

/** Zendesk's first comment is the description once more, with or without its markup. */
function isOpening(first: WantedComment | RowRefused | undefined, description: string | null): first is WantedComment {
  if (first === undefined || first instanceof RowRefused) return false;
  return description === null || wordsOf(first.body) === wordsOf(description);
}

const wordsOf = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/** A ticket does not fail by one comment. */
function readComment(row: RowFields, ticketId: string): WantedComment | RowRefused {
  try {
    return commentOf(row, ticketId);
  } catch (error) {
    if (error instanceof RowRefused) return error;
    throw error;
  }
}

function commentOf(row: RowFields, ticketId: string): WantedComment {
  const body = row.optionalText('plain_body', 65_536) ?? row.text('body', 65_536);
  return {
    ...known(row),
    ticketId,
    originTicketId: null,
    openingOfId: null,
    authorId: row.id('author_id'),
    body,
    visibility: row.flag('public') ? 'PUBLIC' : 'INTERNAL',
    redactedAt: null,
    createdAt: row.time('created_at'),
    absentFiles: row.rows('attachments', mostFiles).map((file) => file.cut('file_name', 255)),
  };
}

/** How the comment is known that says in a file of its own what the ticket's description says already. */
export function openingKey(ticketId: string, createdAt: Date, text: string): string {
  return createHash('sha256')
    .update(`${ticketId} ${createdAt.toISOString()} ${wordsOf(text)}`)
    .digest('base64url');
}

/** The closed ticket whose follow-up it is. */
function followedBy(row: RowFields): string | null {
  const source = row.within('via')?.within('source');
  if (source?.optionalText('rel', 100) !== 'follow_up') return null;
  return source.within('from')?.optionalId('ticket_id') ?? null;
}

/** `collaborator_ids` are both in one, in older exports. */
function participantsOf(row: RowFields): { readonly userId: string; readonly role: ParticipantRole }[] {
  const [followers, copied] = [row.ids('follower_ids', mostParticipants), row.ids('email_cc_ids', mostParticipants)];
  const named = new Set([...followers, ...copied]);
  const others = row.ids('collaborator_ids', mostParticipants).filter((id) => !named.has(id));
  return [
    ...followers.map((userId) => ({ userId, role: 'FOLLOWER' as const })),
    ...[...copied, ...others].map((userId) => ({ userId, role: 'CC' as const })),
  ];
}

/** Tags of ours have other characters, and there are 20 at most. */
function tagsOf(tags: readonly string[]): string[] {
  const plain = tags.map((tag) =>
    tag
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '_')
      .slice(0, 50),
  );
  return [...new Set(plain.filter((tag) => tag !== ''))].slice(0, mostTags);
}
