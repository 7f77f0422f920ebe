import { ControlDatabase, type OperatorMail, type Prisma } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import type { OperatorMailDto, OperatorMailsQuery, OperatorMailWithSourceDto } from './operator-mails.dto.js';

type Listed = Omit<OperatorMail, 'raw'>;

/** Mails to postmaster and abuse. */
@Injectable()
export class OperatorMails {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
  ) {}

  /** The newest first. */
  list(query: OperatorMailsQuery): Promise<Page<OperatorMailDto>> {
    const { operatorMail } = this.control.client;
    const { state } = query;
    return this.lists.page(query, {
      route: 'operator-mails',
      filters: state === undefined ? {} : { readAt: state === 'unread' ? null : { not: null } },
      sort: '-receivedAt',
      find: (page: PageArguments<Prisma.OperatorMailWhereInput>): Promise<Listed[]> =>
        operatorMail.findMany({ ...page, omit: { raw: true } }),
      count: (where) => operatorMail.count({ where }),
      view: viewMail,
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<OperatorMailWithSourceDto> {
    const mail = isUuid(id) ? await this.control.client.operatorMail.findUnique({ where: { id } }) : null;
    if (mail === null) throw new NotFound('mail');
    return { ...viewMail(mail), source: Buffer.from(mail.raw).toString() };
  }

  /** Once: marking it again changes nothing. Throws NotFound. */
  async markRead(origin: Origin, id: string): Promise<OperatorMailDto> {
    return this.control.transaction(async (tx) => {
      const where = { id: isUuid(id) ? id : '00000000-0000-0000-0000-000000000000' };
      const { count } = await tx.operatorMail.updateMany({
        where: { ...where, readAt: null },
        data: { readAt: new Date() },
      });
      const mail = await tx.operatorMail.findUnique({ where, omit: { raw: true } });
      if (mail === null) throw new NotFound('mail');
      if (count > 0) await recordEvent(tx, origin, { action: 'operator_mail.read', details: { id } });
      return viewMail(mail);
    });
  }

  /** Throws NotFound. */
  async remove(origin: Origin, id: string): Promise<void> {
    await this.control.transaction(async (tx) => {
      const { count } = isUuid(id) ? await tx.operatorMail.deleteMany({ where: { id } }) : { count: 0 };
      if (count === 0) throw new NotFound('mail');
      await recordEvent(tx, origin, { action: 'operator_mail.deleted', details: { id } });
    });
  }
}

function viewMail(mail: Listed): OperatorMailDto {
  const { id, recipient, envelopeFrom, clientAddress, fromAddress, subject, size, receivedAt, readAt } = mail;
  const times = { receivedAt: receivedAt.toISOString(), readAt: readAt?.toISOString() ?? null };
  return { id, recipient, envelopeFrom, clientAddress, from: fromAddress, subject, size, ...times };
}
