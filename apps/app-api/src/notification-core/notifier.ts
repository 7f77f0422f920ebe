import { CommitListeners, type CommitListener, TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { NotificationKind, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
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

/** Adds rows of its own for notifications that are for mail, by their ids, while the transaction that wrote them is open. */
export type NotificationCompanion = (tx: Prisma.TransactionClient, ids: readonly string[]) => Promise<void>;

/** Writes notifications of the current tenant. */
@Injectable()
export class Notifier {
  private readonly listeners: CommitListeners<WrittenNotification>;
  private readonly companions: NotificationCompanion[] = [];

  constructor(db: TenantDatabase, context: TenantContext) {
    this.listeners = new CommitListeners('Notifier', db, context);
  }

  /** For as long as the process lives. */
  listen(listener: CommitListener<WrittenNotification>): void {
    this.listeners.listen(listener);
  }

  /** For as long as the process lives. */
  join(companion: NotificationCompanion): void {
    this.companions.push(companion);
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
    const mailed = rows.filter(({ mail }) => mail).map(({ id }) => id);
    if (mailed.length > 0) for (const companion of this.companions) await companion(tx, mailed);
    for (const { inApp, mail: _, ...row } of rows) if (inApp) await this.listeners.tell({ ...row, ...about });
  }
}
