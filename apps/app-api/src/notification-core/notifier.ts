import { describeFailure } from '@helpdeskly/database';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { NotificationKind, Prisma } from '@helpdeskly/tenant-db';
import { Injectable, Logger } from '@nestjs/common';
import { insertNotifications, type NotificationRow } from './notifier.queries.js';

/** What people are told of. Ids alone: what they name is read when it is shown, by what its reader may see then. */
export interface NewNotification {
  readonly kind: NotificationKind;
  readonly ticketId?: string;
  readonly commentId?: string;
  /** Who did it, and is not told of it; null for the system. SECURITY also tells people of what they did themselves. */
  readonly actorId: string | null;
  /** For programs: ids, codes, and what else its reader may know. */
  readonly details?: Readonly<Record<string, string | number | null>>;
}

/** A notification that was written for somebody who wants it in the app. */
export interface WrittenNotification extends NotificationRow {
  readonly ticketId: string | null;
  readonly commentId: string | null;
  readonly actorId: string | null;
}

/** Told once the transaction has committed, never of one that was rolled back. Must not throw. */
export type NotificationListener = (tenantId: string, notification: WrittenNotification) => void;

/** Writes notifications of the current tenant. */
@Injectable()
export class Notifier {
  private readonly log = new Logger('Notifier');
  private readonly listeners: NotificationListener[] = [];

  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
  ) {}

  /** For as long as the process lives. */
  listen(listener: NotificationListener): void {
    this.listeners.push(listener);
  }

  /**
   * Writes a notification for each of these users, in the transaction of what they are told of. Left out are whoever did it, those who
   * are not active, and those who want the kind neither in the app nor by mail; the row's `mail` says whether a mail is wanted. The
   * caller names only users who may see what it is about.
   */
  async notify(
    tx: Prisma.TransactionClient,
    userIds: readonly string[],
    { kind, ticketId, commentId, actorId, details = {} }: NewNotification,
  ): Promise<void> {
    const told = [...new Set(kind === 'SECURITY' ? userIds : userIds.filter((id) => id !== actorId))];
    if (told.length === 0) return;
    const about = { ticketId: ticketId ?? null, commentId: commentId ?? null, actorId };
    const rows = await insertNotifications(tx, told, { kind, ...about, details });
    if (rows.length === 0 || this.listeners.length === 0) return;
    const { id: tenantId } = this.context.current.tenant;
    await this.db.afterCommit(() => {
      for (const row of rows)
        for (const listener of this.listeners) this.call(listener, tenantId, { ...row, ...about });
    });
  }

  /** What is committed is answered as such, whatever becomes of those who hear of it. */
  private call(listener: NotificationListener, tenantId: string, notification: WrittenNotification): void {
    try {
      listener(tenantId, notification);
    } catch (error) {
      this.log.error({ msg: `A listener failed: ${describeFailure(error)}`, tenantId });
    }
  }
}
