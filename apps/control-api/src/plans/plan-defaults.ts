import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { lockPlans } from './plan-locks.js';
import { PlanTenants } from './plan-tenants.js';

/** Gives tenants the installation's defaults at the start: they may have changed since the last one. */
@Injectable()
export class PlanDefaults implements OnApplicationBootstrap {
  constructor(
    private readonly control: ControlDatabase,
    private readonly tenants: PlanTenants,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.control.transaction(async (tx) => {
      await lockPlans(tx);
      for (const plan of await tx.plan.findMany()) await this.tenants.settle(tx, plan);
    });
  }
}
