import { ControlDatabase, TenantCatalog } from '@helpdeskly/catalog';
import { AcceptedWork } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { awaitsProvisioning } from '../tenant-status/tenant-policy.js';

/** Checks again after this time, in case a notification was lost with its connection. */
const lookAgainMs = 1000;

/** Waits until tenants are provisioned; PostgreSQL notifies of each change, whichever worker made it. */
@Injectable()
export class TenantWatch {
  private readonly waiting = new Map<string, Set<() => void>>();
  private closed = false;

  constructor(
    private readonly control: ControlDatabase,
    catalog: TenantCatalog,
    accepted: AcceptedWork,
  ) {
    catalog.onChange((slug) => this.wake(slug));
    accepted.whenDraining(() => this.close());
  }

  /** Resolves when the tenant is no longer PROVISIONING, when `milliseconds` are over, or when the service stops. */
  async settled(tenant: { readonly id: string; readonly slug: string }, milliseconds: number): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!this.closed) {
      // It listens before it reads: otherwise it could miss a change in between.
      const left = deadline - Date.now();
      const nap = this.sleep(tenant.slug, Math.min(left, lookAgainMs));
      const row = await this.control.client.tenant.findUnique({ where: { id: tenant.id }, select: { status: true } });
      if (left <= 0 || row === null || !awaitsProvisioning(row.status)) return nap.end();
      await nap.over;
    }
  }

  /** Ends all waits: accepted requests are answered with what is known. */
  private close(): void {
    this.closed = true;
    this.wake(undefined);
  }

  private sleep(slug: string, milliseconds: number): { over: Promise<void>; end: () => void } {
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      const sleepers = this.waiting.get(slug) ?? new Set();
      this.waiting.set(slug, sleepers);
      const timer = setTimeout(() => end(), Math.max(milliseconds, 0));
      end = () => {
        clearTimeout(timer);
        sleepers.delete(end);
        if (sleepers.size === 0 && this.waiting.get(slug) === sleepers) this.waiting.delete(slug);
        resolve();
      };
      sleepers.add(end);
    });
    return { over, end };
  }

  private wake(slug: string | undefined): void {
    const sleepers =
      slug === undefined ? [...this.waiting.values()].flatMap((set) => [...set]) : [...(this.waiting.get(slug) ?? [])];
    for (const end of sleepers) end();
  }
}
