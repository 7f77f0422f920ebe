import type { ServerResponse } from 'node:http';
import type { UserRole } from '@helpdeskly/tenant-db';
import { isStaff } from '../ticket-core/viewer.js';

/** Why a stream ended. `client`: the other side left. */
export const endings = ['client', 'session', 'tenant', 'slow', 'shutdown'] as const;
export type Ending = (typeof endings)[number];

/** Whose stream it is. */
export interface StreamOwner {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: UserRole;
}

/** Bytes that may wait to be sent, and those past which nothing more is read for it. */
const mostUnsent = 262_144;
const enoughUnsent = 65_536;
/** Milliseconds without a byte that left. */
const patienceMs = 30_000;

/** One client's stream: writes blocks, and cuts off a client that does not read. */
export class LiveStream {
  readonly userId: string;
  readonly sessionId: string;
  role: UserRole;
  /** Behind which event it is; undefined while it waits for "now". */
  position: bigint | undefined;
  /** The cursor that its client has. */
  cursor = '';
  /** When its session ends by itself, in milliseconds since 1970; undefined before it was looked up. */
  endsAt: number | undefined;
  /** Whether its client is to be told that it missed events. */
  reset = false;
  private ending: Ending | undefined;
  private written = 0;
  private flushed = 0;
  private progressAt = performance.now();

  constructor(
    private readonly response: ServerResponse,
    { userId, sessionId, role }: StreamOwner,
    /** Called once, however it ended. */
    private readonly onEnd: (ending: Ending) => void,
  ) {
    this.userId = userId;
    this.sessionId = sessionId;
    this.role = role;
    response.once('close', () => this.closed());
  }

  get isOfStaff(): boolean {
    return isStaff({ id: this.userId, role: this.role });
  }

  get ended(): boolean {
    return this.ending !== undefined;
  }

  /** Whether what it has to read may be sent to it. */
  get ready(): boolean {
    return !this.ended && this.response.writableLength < enoughUnsent;
  }

  onDrain(listener: () => void): void {
    this.response.on('drain', listener);
  }

  send(block: string): void {
    if (this.ended) return;
    this.written += block.length;
    this.response.write(block);
    if (this.response.writableLength > mostUnsent) this.cut();
  }

  /** Cuts it off when nothing of it has left for too long. To be called every second or so. */
  look(now: number): void {
    if (this.response.destroyed) return this.closed();
    const waiting = this.response.writableLength;
    const flushed = this.written - waiting;
    if (waiting === 0 || flushed > this.flushed) this.progressAt = now;
    this.flushed = flushed;
    if (now - this.progressAt > patienceMs) this.cut();
  }

  /** Ends it after what was sent; a client that does not take that is cut off. */
  end(ending: Ending, farewell = ''): void {
    if (this.ended) return;
    this.ending = ending;
    this.response.end(farewell);
    const cut = setTimeout(() => this.response.destroy(), 500).unref();
    this.response.once('close', () => clearTimeout(cut));
    this.onEnd(ending);
  }

  private cut(): void {
    if (this.ended) return;
    this.ending = 'slow';
    this.response.destroy();
    this.onEnd('slow');
  }

  private closed(): void {
    if (this.ended) return;
    this.ending = 'client';
    this.onEnd('client');
  }
}
