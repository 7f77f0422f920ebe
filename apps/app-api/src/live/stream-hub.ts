import type { ServerResponse } from 'node:http';
import { StreamLimit } from '@helpdeskly/errors';
import { jitteredRetry, toBlock, type Actor } from '@helpdeskly/http';
import type { UserRole } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { FeedCursors, ForgottenCursor, type FeedPlace } from '../feed/feed-cursors.js';
import { LiveMetrics } from './live-metrics.js';
import { LiveStream, type Ending } from './live-stream.js';
import { LiveTenants, type TenantName } from './live-tenants.js';
import { StreamSettings } from './stream-settings.js';
import { TenantStreams } from './tenant-streams.js';

/** Where a stream begins. */
export interface StreamStart {
  /** Behind which event; undefined: from now on. */
  readonly position?: bigint;
  /** Whether its client has missed events that nobody sends any more. */
  readonly reset: boolean;
}

/** The streams of this process, by tenant. */
@Injectable()
export class StreamHub {
  private readonly tenants = new Map<string, TenantStreams>();
  private readonly listeners: ((tenantId: string, stream: LiveStream, ending: Ending) => void)[] = [];
  private size = 0;
  private closing = false;

  constructor(
    private readonly live: LiveTenants,
    private readonly cursors: FeedCursors,
    private readonly settings: StreamSettings,
    private readonly metrics: LiveMetrics,
  ) {}

  /** Where a stream goes on that was behind this cursor, if it has one. Throws InvalidCursor. */
  startOf(tenantId: string, cursor: string | undefined): StreamStart {
    if (cursor === undefined) return { reset: false };
    const place = this.read(tenantId, cursor);
    if (place === undefined || Date.now() - place.at > this.settings.retentionMs) return { reset: true };
    return { position: BigInt(place.position), reset: false };
  }

  /** Throws StreamLimit when there are as many as may be. */
  assertRoom({ id }: TenantName, actor: Actor): void {
    try {
      if (this.size >= this.settings.max) throw new StreamLimit('This server has no room for another stream.');
      const streams = this.tenants.get(id);
      if ((streams?.size ?? 0) >= this.settings.perTenant)
        throw new StreamLimit('This helpdesk has as many streams as it may have.');
      if (actor.role !== 'CUSTOMER') return;
      const own = [...(streams ?? [])].filter(({ userId }) => userId === actor.id).length;
      if (own >= this.settings.perCustomer) throw new StreamLimit('You have as many streams as you may have.');
    } catch (error) {
      this.metrics.refused();
      throw error;
    }
  }

  /** Streams what happens from `start` on to whoever takes `response`, whose head was written. */
  open({ id, slug }: TenantName, actor: Actor, response: ServerResponse, start: StreamStart): void {
    if (response.destroyed) return; // Its client left before: nothing would ever tell of its end.
    const owner = { userId: actor.id, sessionId: actor.sessionId ?? '', role: actor.role as UserRole };
    const stream: LiveStream = new LiveStream(response, owner, (ending) => {
      this.size--;
      this.metrics.ended(ending);
      this.leave(id, stream);
      for (const listener of this.listeners) listener(id, stream, ending);
    });
    this.size++;
    this.metrics.opened();
    stream.send(toBlock({ comment: 'hello', retry: jitteredRetry() }));
    if (this.closing) return stream.end('shutdown', farewell());
    stream.position = start.position;
    stream.reset = start.reset;
    let streams = this.tenants.get(id);
    if (streams === undefined)
      this.tenants.set(id, (streams = new TenantStreams({ id, slug }, this.live, this.cursors)));
    streams.add(stream);
  }

  /** Calls back with each stream that has ended. `listener` must not throw. */
  onEnd(listener: (tenantId: string, stream: LiveStream, ending: Ending) => void): void {
    this.listeners.push(listener);
  }

  /** Those of a tenant, when it has any here. */
  of(tenantId: string): TenantStreams | undefined {
    return this.tenants.get(tenantId);
  }

  all(): readonly TenantStreams[] {
    return [...this.tenants.values()];
  }

  /** Has every client connect anew, elsewhere. */
  close(): void {
    this.closing = true;
    for (const streams of this.all()) for (const stream of [...streams]) stream.end('shutdown', farewell());
  }

  /** Undefined for a cursor of a key that was removed. */
  private read(tenantId: string, cursor: string): FeedPlace | undefined {
    try {
      return this.cursors.open(tenantId, cursor);
    } catch (error) {
      if (error instanceof ForgottenCursor) return undefined;
      throw error;
    }
  }

  private leave(tenantId: string, stream: LiveStream): void {
    const streams = this.tenants.get(tenantId);
    streams?.remove(stream);
    if (streams?.size === 0) this.tenants.delete(tenantId);
  }
}

const farewell = () => toBlock({ event: 'reconnect', data: {}, retry: jitteredRetry() });
