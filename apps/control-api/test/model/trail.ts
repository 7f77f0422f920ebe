import { expect } from '@jest/globals';
import type { Caller } from '@helpdeskly/testing';

/** What the audit trail must say of one event; `id` and `createdAt` are the server's. */
export interface ExpectedEvent {
  readonly action: string;
  /** Left out: nobody's but the system's. */
  readonly by?: { readonly kind: string; readonly id: string; readonly name: string; readonly requestId: string };
  readonly tenant?: { readonly id: string; readonly slug: string };
  readonly details?: object;
}

/** An event as the API shows it. */
export interface ShownEvent {
  readonly id: string;
  readonly action: string;
  readonly tenantId: string | null;
  readonly createdAt: string;
}

const refusals: ReadonlySet<string> = new Set(['api_key.refused', 'operator.sign_in_failed']);

/** The audit trail since a run began: which events must have come, in order, and those that were seen. */
export class Trail {
  /** Every event of this run, oldest first, each held to what was expected. */
  readonly seen: ShownEvent[] = [];
  private readonly expected: object[] = [];
  private readonly rotating = new Map<string, number>();

  private constructor(private last: string | undefined) {}

  /** Begins after what is there. */
  static async begin(reader: Caller): Promise<Trail> {
    const { body } = await reader.get('/audit-events?limit=1');
    return new Trail(body.data[0]?.id);
  }

  expect({ action, by, tenant, details = {} }: ExpectedEvent): void {
    this.expected.push({
      id: expect.any(String),
      action,
      actor: by === undefined ? { type: 'SYSTEM', id: null, name: null } : { type: by.kind, id: by.id, name: by.name },
      tenantId: tenant?.id ?? null,
      tenantSlug: tenant?.slug ?? null,
      address: by === undefined ? null : '127.0.0.1',
      requestId: by?.requestId ?? null,
      details,
      createdAt: expect.any(String),
    });
  }

  /** A rotation's end may be written down at any moment from now on. `credentialGeneration` is the one that it brings. */
  expectRotation(tenantId: string, credentialGeneration: number): void {
    this.rotating.set(tenantId, credentialGeneration);
  }

  /** Reads what is new, and holds it to what was expected. */
  async check(reader: Caller): Promise<void> {
    const fresh: ShownEvent[] = [];
    let path = '/audit-events?limit=20';
    for (let found = false; !found;) {
      const { body } = await reader.get(path);
      for (const event of body.data as ShownEvent[]) {
        found ||= event.id === this.last;
        if (!found) fresh.unshift(event);
      }
      found ||= !body.meta.hasMore;
      path = `/audit-events?limit=20&cursor=${body.meta.nextCursor}`;
    }
    // Refusals of strangers are counted, not told one by one.
    const ordered = fresh.filter((event) => !this.isRotation(event) && !refusals.has(event.action));
    expect(ordered).toEqual(this.expected);
    this.expected.length = 0;
    this.seen.push(...fresh);
    this.last = fresh.at(-1)?.id ?? this.last;
  }

  private isRotation(event: ShownEvent): boolean {
    if (event.action !== 'tenant.credentials_rotated') return false;
    const credentialGeneration = this.rotating.get(event.tenantId ?? '');
    expect(event).toMatchObject({ actor: { type: 'SYSTEM' }, details: { credentialGeneration } });
    this.rotating.delete(event.tenantId ?? '');
    return true;
  }
}
