import { upgradeChannel, type CatalogTenant, type TenantCatalog } from '@helpdeskly/catalog';

/** How often one tenant is reported at most, in milliseconds: its run needs a moment. */
const againAfterMs = 15_000;
/** How many tenants a second are reported: after a release there may be thousands. */
const perSecond = 20;
const remembered = 10_000;

/**
 * Asks the control plane to migrate tenants whose requests must be refused until then. A lost notification does no harm: the next
 * refused request asks again.
 */
export class UpgradeRequests {
  private readonly asked = new Map<string, number>();
  private second = 0;
  private count = 0;

  constructor(private readonly catalog: TenantCatalog) {}

  ask({ id }: CatalogTenant): void {
    const now = performance.now();
    if (now - (this.asked.get(id) ?? Number.NEGATIVE_INFINITY) < againAfterMs) return;
    const second = Math.floor(now / 1000);
    if (second !== this.second) [this.second, this.count] = [second, 0];
    if (++this.count > perSecond) return;
    if (this.asked.size >= remembered) this.asked.clear();
    this.asked.set(id, now);
    this.catalog.notify(upgradeChannel, id).catch(() => this.asked.delete(id));
  }
}
