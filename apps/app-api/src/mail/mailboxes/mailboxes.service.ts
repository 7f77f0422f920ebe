import { Cursors, type Page, type PageQuery } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { findMailbox, MailboxViews } from './mailbox-view.js';
import type { MailboxDto } from './mailboxes.dto.js';

/** The addresses at which a helpdesk gets mail. */
@Injectable()
export class Mailboxes {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly views: MailboxViews,
  ) {}

  async list(query: PageQuery): Promise<Page<MailboxDto>> {
    const scope = [this.context.current.tenant.id, 'mailboxes'];
    const request = this.cursors.request(query, scope);
    const [after] = (request.after ?? []).map(String);
    const { mailbox } = this.db.client;
    const rows = await mailbox.findMany({
      where: after === undefined ? {} : { id: { gt: after } },
      orderBy: { id: 'asc' },
      take: request.limit + 1,
    });
    const total = request.total ? await mailbox.count() : undefined;
    const shown = new Map((await this.views.all(rows)).map((view) => [view.id, view]));
    return this.cursors.page(
      rows,
      request,
      scope,
      ({ id }) => [id],
      ({ id }) => shown.get(id) as MailboxDto,
      total,
    );
  }

  /** Throws NotFound. */
  async find(id: string): Promise<MailboxDto> {
    return this.views.one(await findMailbox(this.db.client, id));
  }
}
