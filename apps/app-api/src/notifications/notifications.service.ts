import { InvalidReference, ValidationFailed } from '@helpdeskly/errors';
import { Cursors, type Actor, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type { ListNotificationsDto, NotificationDto, ReadNotificationsDto, UnreadDto } from './notifications.dto.js';
import { countNotifications, readNotifications, toNotification } from './notifications.queries.js';

/** What the caller is told of. */
@Injectable()
export class Notifications {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  async list(actor: Actor, query: ListNotificationsDto): Promise<Page<NotificationDto>> {
    const { unread, kind: kinds, sort = '-createdAt' } = query;
    const tenantId = this.context.current.tenant.id;
    const scope = [tenantId, 'notifications', actor.id, sort, unread ?? null, kinds ?? null];
    const request = this.cursors.request(query, scope);
    const filters = {
      ...(unread !== undefined && { unread: unread === 'true' }),
      ...(kinds !== undefined && { kinds }),
    };
    const after = request.after === undefined ? {} : { after: String(request.after[0]) };
    const page = { rows: request.limit + 1, descending: sort === '-createdAt', ...after };
    const rows = await readNotifications(this.db.reader, actor, filters, page);
    const total = request.total ? await countNotifications(this.db.reader, actor, filters) : undefined;
    return this.cursors.page(rows, request, scope, ({ id }) => [id], toNotification, total);
  }

  /** Throws ValidationFailed, InvalidReference. */
  async read(actor: Actor, { ids, before }: ReadNotificationsDto): Promise<UnreadDto> {
    if (ids === undefined && before === undefined)
      throw new ValidationFailed([{ field: 'ids', code: 'required', message: 'Send `ids`, or `before`.' }]);
    const own = { userId: actor.id, inApp: true };
    await this.db.transaction(async (tx) => {
      const named = ids === undefined ? undefined : [...new Set(ids.map((id) => id.toLowerCase()))];
      const which = named === undefined ? { createdAt: { lt: new Date(before ?? 0) } } : { id: { in: named } };
      if (named !== undefined && (await tx.notification.count({ where: { ...own, ...which } })) < named.length)
        throw new InvalidReference('ids', 'One of these is no notification of yours.');
      await tx.notification.updateMany({ where: { ...own, ...which, readAt: null }, data: { readAt: new Date() } });
    });
    return { unread: await countNotifications(this.db.reader, actor, { unread: true }) };
  }
}
