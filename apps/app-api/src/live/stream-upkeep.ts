import { TenantCatalog } from '@helpdeskly/catalog';
import { Periodic } from '@helpdeskly/queue';
import { tenantClosed } from '@helpdeskly/tenancy';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Hints } from '../hints/hints.js';
import { LiveTenants } from './live-tenants.js';
import { StreamHub } from './stream-hub.js';
import type { TenantStreams } from './tenant-streams.js';

const tickMs = 1000;
/** A feed that nobody was told to read is read after so long all the same. */
const longestUnreadMs = 300_000;
/** Tenants that are looked at in a second when hints were lost: not all want connections at once. */
const paced = 100;
/** For how long tenants are served from what is known of them while the catalog cannot be reached. */
const blindMs = 30_000;

/** Wakes the streams: by hints, by changes of the catalog, and by the clock where those fail. */
@Injectable()
export class StreamUpkeep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('StreamUpkeep');
  private readonly ticks = new Periodic(tickMs, () => this.tick(), this.log);
  /** Of which hints may have been lost. */
  private readonly unseen = new Set<TenantStreams>();
  private comparing: Promise<void> | undefined;
  private comparedAt = performance.now();

  constructor(
    private readonly hub: StreamHub,
    private readonly hints: Hints,
    private readonly live: LiveTenants,
    private readonly catalog: TenantCatalog,
  ) {
    hints.listen(({ tenantId, kind }) => {
      if (kind === 'written') hub.of(tenantId)?.kick();
      if (kind === 'accounts') hub.of(tenantId)?.reconsider();
    });
    hints.mayHaveMissed(() => this.lookAtAll());
    catalog.onChange((slug) => (slug === undefined ? this.compareAll() : this.compare(slug)));
  }

  onApplicationBootstrap(): void {
    this.ticks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticks.stop();
    await this.comparing;
  }

  private lookAtAll(): void {
    for (const streams of this.hub.all()) this.unseen.add(streams);
  }

  private async tick(): Promise<void> {
    const now = performance.now();
    for (const streams of this.hub.all()) {
      streams.tick(now);
      if (now - streams.readAt > longestUnreadMs) this.unseen.add(streams);
    }
    if (!this.hints.listening && this.unseen.size === 0) this.lookAtAll();
    for (const streams of [...this.unseen].slice(0, paced)) {
      this.unseen.delete(streams);
      streams.reconsider();
    }
    if (this.catalog.listening) this.comparedAt = now;
    else this.compareAll();
    await this.comparing;
  }

  /** A tenant has changed. */
  private compare(slug: string): void {
    for (const streams of this.hub.all()) {
      if (streams.tenant.slug !== slug) continue;
      this.live.isServed(streams.tenant).then(
        (isServed) => isServed || streams.endAll('tenant'),
        () => undefined, // The catalog is away: all are compared until it is back.
      );
    }
  }

  /** Any tenant may have changed. */
  private compareAll(): void {
    this.comparing ??= this.compareTogether().finally(() => (this.comparing = undefined));
  }

  private async compareTogether(): Promise<void> {
    const all = this.hub.all();
    if (all.length === 0) return;
    try {
      const ids = all.map(({ tenant }) => tenant.id);
      const found = await this.catalog.tenants('WHERE t."id" = ANY ($2::uuid[])', [ids]);
      const served = new Set(found.flatMap((tenant) => (tenantClosed(tenant) === undefined ? [tenant.id] : [])));
      for (const streams of all) if (!served.has(streams.tenant.id)) streams.endAll('tenant');
      this.comparedAt = performance.now();
    } catch {
      if (performance.now() - this.comparedAt > blindMs) for (const streams of all) streams.endAll('tenant');
    }
  }
}
