import type { TenantDayUsage, TenantStored } from '@helpdeskly/catalog';

type Entry = { -readonly [Field in keyof TenantDayUsage]: TenantDayUsage[Field] };

/** What a process has counted since its last report, by tenant and day (UTC). */
export class DayCounts {
  private entries = new Map<string, Entry>();
  /** Whose users have been counted on `day`, or are about to be. */
  private seen = new Set<string>();
  private day = '';

  /** `clock` in milliseconds since 1970; `firstSeen` is called when a tenant is first counted on a day. */
  constructor(
    private readonly firstSeen: (tenantId: string) => void,
    private readonly clock: () => number = Date.now,
  ) {}

  add(tenantId: string, { requests = 0, tickets = 0 }: { requests?: number; tickets?: number }): void {
    const entry = this.entry(tenantId);
    entry.requests += requests;
    entry.tickets += tickets;
  }

  /** The greater revision is the later one. */
  stored({ tenantId, bytes, revision }: TenantStored): void {
    const entry = this.entry(tenantId);
    if ((entry.storageRevision ?? -1n) >= revision) return;
    entry.storageBytes = bytes;
    entry.storageRevision = revision;
  }

  /** How many users there were at a time, as PostgreSQL writes it. */
  users(tenantId: string, users: number, usersAt: string): void {
    Object.assign(this.entry(tenantId), { users, usersAt });
  }

  /** At most `limit` entries, which are no longer counted here. */
  take(limit: number): readonly TenantDayUsage[] {
    const taken = [...this.entries].slice(0, limit);
    for (const [key] of taken) this.entries.delete(key);
    return taken.map(([, entry]) => entry);
  }

  private entry(tenantId: string): Entry {
    const day = new Date(this.clock()).toISOString().slice(0, 10);
    if (day !== this.day) this.seen = new Set();
    this.day = day;
    if (!this.seen.has(tenantId)) {
      this.seen.add(tenantId);
      this.firstSeen(tenantId);
    }
    const key = `${tenantId}/${day}`;
    let entry = this.entries.get(key);
    if (entry === undefined) this.entries.set(key, (entry = { tenantId, day, requests: 0, tickets: 0 }));
    return entry;
  }
}
