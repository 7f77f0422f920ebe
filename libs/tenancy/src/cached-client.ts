import type { CatalogTenant } from '@helpdeskly/catalog';
import type { TenantClient, TenantDatabaseAddress } from '@helpdeskly/tenant-db';

/** The right to use a client. Return it once; the client is ended only when nobody uses it. */
export interface Lease {
  readonly client: TenantClient;
  release(): void;
}

interface ClientParts {
  readonly opening: Promise<TenantClient>;
  /** Where it connects to. */
  readonly place: { address: TenantDatabaseAddress };
  readonly onReturn: () => void;
}

/** One tenant's client in the cache: opening, open, or retired (it gets no new lease). */
export class CachedClient {
  /** When it was last leased or returned, in milliseconds of the clock. */
  usedAt = Date.now();
  checkedAt = Date.now();
  /** Between 0.9 and 1.1, so that clients opened together do not expire together. */
  readonly jitter = 0.9 + Math.random() * 0.2;
  /** Resolves when it is closed, or could not be opened. */
  readonly ended: Promise<void>;
  private client: TenantClient | undefined;
  private lent = 0;
  private retired = false;
  private hasMoved = false;
  private end: () => void = () => undefined;

  constructor(
    public key: string,
    public tenant: CatalogTenant,
    private readonly parts: ClientParts,
  ) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    parts.opening.then(
      (client) => this.opened(client),
      () => this.end(),
    );
  }

  get leases(): number {
    return this.lent;
  }

  /** The client while it is open and not closing. */
  get open(): TenantClient | undefined {
    return this.client;
  }

  /** At once if it is open. Throws the error of opening it. */
  lend(): Lease | Promise<Lease> {
    this.lent++;
    this.usedAt = Date.now();
    if (this.client !== undefined) return this.lease(this.client);
    return this.parts.opening.then(
      (client) => this.lease(client),
      (error: unknown) => {
        this.giveBack();
        throw error;
      },
    );
  }

  /** From now on it connects to that address. */
  move(key: string, tenant: CatalogTenant, address: TenantDatabaseAddress): void {
    this.key = key;
    this.tenant = tenant;
    this.parts.place.address = address;
    this.hasMoved = true;
    this.client?.pool.renew();
  }

  /** Closes it when every lease has been returned. */
  retire(): void {
    this.retired = true;
    this.client?.pool.retire();
    this.closeIfDone();
  }

  private opened(client: TenantClient): void {
    this.client = client;
    if (this.hasMoved) client.pool.renew(); // Its first connection may be to where it was.
    if (this.retired) this.retire();
  }

  private lease(client: TenantClient): Lease {
    let out = true;
    return {
      client,
      release: () => {
        if (out) this.giveBack();
        out = false;
      },
    };
  }

  private giveBack(): void {
    this.lent--;
    this.usedAt = Date.now();
    if (this.retired) this.closeIfDone();
    else if (this.lent === 0) this.parts.onReturn();
  }

  private closeIfDone(): void {
    const { client } = this;
    if (this.lent > 0 || client === undefined) return;
    this.client = undefined;
    client.close().then(this.end, this.end); // Its pool has ended in either case.
  }
}
