import { InvalidTransition, NotFound } from '@helpdeskly/errors';
import { type Actor, Cursors, isUuid, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma, type InboundMail, type InboundMailStatus } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import type { Attachment } from '../../attachments/attachment-view.js';
import { attachmentsWhere } from '../../attachments/comment-attachments.js';
import { mailedWords, type MailedWords } from '../../mail-core/mailed-words.js';
import { findVisibleTicket } from '../../ticket-core/find-ticket.js';
import { ticketReference } from '../../ticket-core/ticket-reference.js';
import { isStaff } from '../../ticket-core/viewer.js';
import type { InboundMailDto, ListInboundMailsDto, TicketOpeningDto } from './inbound-mails.dto.js';
import { InboundTimer } from './inbound-timer.js';

/** Mails that arrived, for admins. */
@Injectable()
export class InboundMails {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly timer: InboundTimer,
  ) {}

  /** The newest first. */
  async list(query: ListInboundMailsDto): Promise<Page<InboundMailDto>> {
    const status = query.status === undefined ? {} : { status: { in: query.status } };
    const scope = [this.context.current.tenant.id, 'inbound-mails', ...[...(query.status ?? [])].sort()];
    const request = this.cursors.request(query, scope);
    const [after] = (request.after ?? []).map(String);
    const where = { ...status, storedAt: { not: null } };
    const rows = await this.db.client.inboundMail.findMany({
      where: { ...where, ...(after !== undefined && { id: { lt: after } }) },
      orderBy: { id: 'desc' },
      take: request.limit + 1,
    });
    const total = request.total ? await this.db.client.inboundMail.count({ where }) : undefined;
    return this.cursors.page(rows, request, scope, ({ id }) => [id], viewOf, total);
  }

  /** Throws NotFound. */
  async find(id: string): Promise<InboundMailDto> {
    return viewOf(await this.stored(id));
  }

  /** Files a held mail, whatever limit holds it. Throws NotFound, InvalidTransition. */
  release(id: string): Promise<InboundMailDto> {
    return this.again(id, ['HELD'], { released: true });
  }

  /** Files a mail again of which nothing became. Throws NotFound, InvalidTransition. */
  refile(id: string): Promise<InboundMailDto> {
    return this.again(id, ['FAILED', 'FILED'], {});
  }

  /** What opened a ticket. Throws NotFound. */
  async opening(actor: Actor, name: string): Promise<TicketOpeningDto> {
    const ticketId = await findVisibleTicket(this.db.reader, ticketReference(name), actor);
    const mailed = isStaff(actor)
      ? Prisma.sql`(SELECT ${mailedWords} FROM "MailMessage" m WHERE m."inboundMailId" IS NOT NULL AND m."ticketId" = ${ticketId}::uuid
                     AND (m."commentId" IS NULL OR EXISTS (SELECT FROM "Comment" c WHERE c."id" = m."commentId" AND c."openingOfId" = ${ticketId}::uuid))
                    ORDER BY m."id" LIMIT 1)`
      : Prisma.sql`NULL::json`;
    const files = attachmentsWhere(Prisma.sql`f."openingOfId" = ${ticketId}::uuid`, actor);
    const [row] = await this.db.client.$queryRaw<{ mailed: MailedWords | null; attachments: Attachment[] }[]>`
      SELECT ${mailed} AS "mailed", ${files} AS "attachments"`;
    return { ...(row?.mailed ?? { mail: null, bodyHtml: null, quoted: null }), attachments: row?.attachments ?? [] };
  }

  private async stored(id: string): Promise<InboundMail> {
    const found = isUuid(id) ? await this.db.client.inboundMail.findUnique({ where: { id } }) : null;
    if (found === null || found.storedAt === null) throw new NotFound('inbound mail');
    return found;
  }

  private async again(
    id: string,
    from: readonly InboundMailStatus[],
    data: { readonly released?: boolean },
  ): Promise<InboundMailDto> {
    const found = await this.stored(id);
    const [mail] = await this.db.client.inboundMail.updateManyAndReturn({
      where: { id, status: { in: [...from] }, ticketId: null, rawRemovedAt: null },
      data: { ...data, status: 'RECEIVED', reason: null, attempts: 0, dueAt: new Date(), filedAt: null },
    });
    if (mail === undefined) throw new InvalidTransition(found.status, 'RECEIVED', []);
    const { tenant } = this.context.current;
    await this.db.afterCommit(() =>
      this.timer.expect({ tenantId: tenant.id, generation: tenant.generation }, Date.now()),
    );
    return viewOf(mail);
  }
}

/** Reply and bounce addresses hold tokens, which nobody but their owner may know. */
const withoutToken = (address: string) => address.replace(/\+[a-z2-7]{26}@/i, '+…@');

function viewOf(mail: InboundMail): InboundMailDto {
  const { id, status, reason, envelopeFrom, envelopeTo, fromAddress, subject, authentication } = mail;
  const { ticketId, commentId, size, createdAt, filedAt } = mail;
  const said = { from: fromAddress, subject, authentication };
  const times = { createdAt: createdAt.toISOString(), filedAt: filedAt?.toISOString() ?? null };
  return {
    id,
    status,
    reason,
    envelopeFrom,
    envelopeTo: envelopeTo.map(withoutToken),
    ...said,
    ticketId,
    commentId,
    size,
    ...times,
  };
}
