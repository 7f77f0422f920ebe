import { InvalidCursor, type Actor } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { toEvent } from '../events/events.queries.js';
import { FeedCursors, type FeedPlace } from './feed-cursors.js';
import type { FeedEventDto, FeedMetaDto, FeedQuery } from './feed.dto.js';
import { lastPosition, lostPositions, placeEvents, readFeed, type FeedRow } from './feed.queries.js';

const beginning: FeedPlace = { position: '0', at: 0 };

/**
 * All events of the current tenant's tickets, in an order that never changes. Whoever reads to the end places what was
 * committed since, so that nothing hangs on the process that wrote it.
 */
@Injectable()
export class TicketFeed {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: FeedCursors,
  ) {}

  /** Throws InvalidCursor. */
  async list(actor: Actor, query: FeedQuery): Promise<{ data: FeedEventDto[]; meta: FeedMetaDto }> {
    const { limit = 25, after } = query;
    const tenantId = this.context.current.tenant.id;
    const from = after === undefined ? beginning : this.cursors.open(tenantId, after);
    const readAt = Date.now();
    const rows = await this.read(actor, from, limit + 1);
    const hasMore = rows.length > limit;
    const data = rows.slice(0, limit).map((row) => this.view(tenantId, row));
    const last = data.at(-1)?.cursor;
    if (hasMore && last !== undefined) return { data, meta: { limit, hasMore, nextCursor: last } };
    const position = rows.at(-1)?.position ?? from.position;
    return { data, meta: { limit, hasMore, nextCursor: this.cursors.seal(tenantId, { position, at: readAt }) } };
  }

  /** What was committed before this read, placed or not. */
  private async read(actor: Actor, { position }: FeedPlace, limit: number): Promise<FeedRow[]> {
    await placeEvents(this.db.reader);
    const rows = await readFeed(this.db.reader, actor, position, limit);
    const next = rows[0]?.position;
    // Whoever stands right before the next event has missed none.
    if (next === undefined || BigInt(next) !== BigInt(position) + 1n) await this.assertGiven(position);
    return rows;
  }

  /** A database that was put back to a former state may not have come as far yet, or have gone another way. Throws InvalidCursor. */
  private async assertGiven(position: string): Promise<void> {
    const isBehind = BigInt(position) > BigInt(await lastPosition(this.db.reader));
    if (isBehind || (await lostPositions(this.db.reader, [position])).size > 0) throw new InvalidCursor();
  }

  private view(tenantId: string, row: FeedRow): FeedEventDto {
    const { ticketId, number, position, createdAt } = row;
    return {
      ...toEvent(row),
      ticketId,
      number,
      cursor: this.cursors.seal(tenantId, { position, at: Date.parse(createdAt) }),
    };
  }
}
