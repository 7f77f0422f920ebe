import { Readable } from 'node:stream';
import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantClientFactory, TenantContext, TenantDatabase, type TenantPrisma } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { isStaff, type Viewer } from '../ticket-core/viewer.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { userView } from '../user-core/user-view.js';
import { shownComment, shownEvent, shownTicket, shownTickets } from './customers-part.js';

const batch = 500;

interface Row {
  readonly id: string;
}

/** Everything of one kind that belongs to a person, in the order of its ids; after `after`, `take` at most. */
type Kind = (db: TenantPrisma, person: Viewer, page: Page) => PromiseLike<readonly Row[]>;
type Page = { where: { id?: { gt: string } }; orderBy: { id: 'asc' }; take: number };

/** What the tenant holds of a person beside the account itself. */
const kinds: Readonly<Record<string, Kind>> = {
  sessions: (db, { id: userId }, { where, ...page }) =>
    db.session.findMany({
      ...page,
      where: { ...where, userId },
      select: {
        id: true,
        createdAt: true,
        lastUsedAt: true,
        expiresAt: true,
        revokedAt: true,
        address: true,
        userAgent: true,
      },
    }),
  tickets: async (db, person, { where, ...page }) => {
    const ours = { OR: [{ authorId: person.id }, { submittedById: person.id }] };
    const rows = await db.ticket.findMany({
      ...page,
      where: { AND: [where, ours, isStaff(person) ? {} : shownTickets] },
    });
    return isStaff(person) ? rows : rows.map(shownTicket);
  },
  assignedTickets: (db, { id: assignedToId }, { where, ...page }) =>
    db.ticket.findMany({
      ...page,
      where: { ...where, assignedToId },
      select: { id: true, number: true, status: true },
    }),
  comments: (db, { id: authorId }, { where, ...page }) =>
    db.comment.findMany({ ...page, where: { ...where, authorId } }),
  events: async (db, { id: actorId, ...person }, { where, ...page }) => {
    const shown = isStaff({ id: actorId, ...person }) ? {} : { internal: false };
    const rows = await db.ticketEvent.findMany({ ...page, where: { ...where, ...shown, actorId } });
    return isStaff({ id: actorId, ...person }) ? rows : rows.map(shownEvent);
  },
  attachments: (db, { id: uploaderId }, { where, ...page }) =>
    db.attachment.findMany({
      ...page,
      where: { ...where, uploaderId },
      select: { id: true, commentId: true, fileName: true, contentType: true, size: true, createdAt: true },
    }),
  receivedMails: (db, { id: senderId }, { where, ...page }) =>
    db.inboundMail.findMany({
      ...page,
      where: { ...where, senderId },
      select: {
        id: true,
        status: true,
        envelopeFrom: true,
        fromAddress: true,
        subject: true,
        authentication: true,
        clientAddress: true,
        size: true,
        ticketId: true,
        createdAt: true,
        messages: { select: { messageId: true, bodyHtml: true, quoted: true } },
      },
    }),
  knownAddresses: (db, { id: userId }, { where, ...page }) =>
    db.knownAddress.findMany({ ...page, where: { ...where, userId }, select: { id: true, lastSignedInAt: true } }),
  auditEvents: (db, { id: actorId }, { where, ...page }) =>
    db.auditEvent.findMany({ ...page, where: { ...where, actorId } }),
  views: (db, { id: ownerId }, { where, ...page }) => db.view.findMany({ ...page, where: { ...where, ownerId } }),
  macros: (db, { id: ownerId }, { where, ...page }) => db.macro.findMany({ ...page, where: { ...where, ownerId } }),
  notifications: (db, { id: userId, ...person }, { where, ...page }) => {
    const seen = isStaff({ id: userId, ...person }) ? {} : { OR: [{ commentId: null }, { comment: shownComment }] };
    return db.notification.findMany({
      ...page,
      where: { AND: [where, { userId }, seen] },
      // Not what somebody else wrote, nor who did it.
      select: { id: true, kind: true, ticketId: true, details: true, readAt: true, createdAt: true },
    });
  },
  mails: (db, { id: userId }, { where, ...page }) =>
    db.mailDelivery.findMany({
      ...page,
      where: { ...where, userId },
      select: {
        id: true,
        kind: true,
        ticketId: true,
        commentId: true,
        address: true,
        status: true,
        code: true,
        at: true,
      },
    }),
  /** Who was told of what this person did, and what they answered. */
  webhookDeliveries: async (db, { id: actorId, ...person }, { where, ...page }) => {
    const seen = isStaff({ id: actorId, ...person }) ? {} : { internal: false };
    const rows = await db.webhookDelivery.findMany({
      ...page,
      where: { ...where, event: { ...seen, actorId } },
      select: {
        id: true,
        type: true,
        eventId: true,
        ticketId: true,
        status: true,
        triedAt: true,
        responseStatus: true,
        responseBody: true,
        webhook: { select: { url: true } },
      },
    });
    // Paths and queries of such URLs hold secrets.
    return rows.map(({ webhook, ...row }) => ({ ...row, origin: new URL(webhook.url).origin }));
  },
  drafts: (db, { id: userId }, { where, ...page }) => db.draft.findMany({ ...page, where: { ...where, userId } }),
  heldComments: (db, { id: authorId }, { where, ...page }) =>
    db.heldComment.findMany({
      ...page,
      where: { ...where, authorId },
      select: { id: true, ticketId: true, body: true, visibility: true, sendAt: true, createdAt: true },
    }),
  bulkRuns: (db, { id: actorId }, { where, ...page }) => db.bulkRun.findMany({ ...page, where: { ...where, actorId } }),
};

/** All that a tenant holds of a person, as one JSON document that is read from the database while it is sent. */
@Injectable()
export class PersonalExport {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly clients: TenantClientFactory,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws NotFound. Whatever fails later cuts the document off: it is no JSON then. */
  async of(actor: Actor, id: string): Promise<Readable> {
    const user = isUuid(id)
      ? await this.db.client.user.findUnique({
          where: { id },
          include: {
            organization: { select: { id: true, name: true } },
            groups: { select: { group: { select: { id: true, name: true } } } },
            merged: { select: { id: true, createdAt: true } },
            participations: { select: { ticketId: true, role: true, createdAt: true } },
            notificationPreferences: { select: { chosen: true } },
          },
        })
      : null;
    if (user === null || user.service) throw new NotFound('user');
    const deed = { type: AuditType.USER_EXPORTED, actorId: actor.id, subjectId: user.id };
    await this.audit.record(this.db.client, deed);
    const { organization, groups, participations, formerNames, merged, notificationPreferences } = user;
    const head = {
      exportedAt: new Date().toISOString(),
      user: userView(user),
      formerNames,
      mergedAccounts: merged,
      organization,
      groups: groups.map(({ group }) => group),
      participations,
      notificationPreferences: notificationPreferences?.chosen ?? {},
    };
    return Readable.from(this.write(user, JSON.stringify(head).slice(0, -1)), { objectMode: false });
  }

  /** Longer than the handler runs, so by a lease of its own. */
  private async *write(person: Viewer, head: string): AsyncGenerator<string> {
    const lease = await this.clients.acquire(this.context.current.tenant);
    try {
      yield head;
      for (const [name, kind] of Object.entries(kinds)) {
        yield `,${JSON.stringify(name)}:[`;
        let joint = '';
        for (let after: string | undefined; ;) {
          const where = after === undefined ? {} : { id: { gt: after } };
          const rows = await kind(lease.client.prisma, person, { where, orderBy: { id: 'asc' }, take: batch });
          for (const row of rows) {
            yield joint + JSON.stringify(row, plain);
            joint = ',';
          }
          after = rows.at(-1)?.id;
          if (rows.length < batch) break;
        }
        yield ']';
      }
      yield '}\n';
    } finally {
      lease.release();
    }
  }
}

/** JSON knows no bigint. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
