import { ControlDatabase, type BulkRun } from '@helpdeskly/catalog';
import { describeFailure, isConnectionFailure, isQueryTimeout } from '@helpdeskly/database';
import { DomainError, ServiceUnavailable } from '@helpdeskly/errors';
import { problemOf } from '@helpdeskly/http';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { stillHas } from '../actors/still-has-role.js';
import type { Origin } from '../audit/audit-trail.js';
import { JobRunners, type JobRunner } from '../queues/job-runner.js';
import type { BulkTerms } from './bulk-item.js';
import { BulkRunRepository, type Outcome, type Turn } from './bulk-run-repository.js';
import { BulkWork, type BulkOrder } from './bulk-work.js';
import { OrdererGone, UnexpectedFailure } from './errors.js';

const tenantsAtOnce = 4;

/**
 * Runs bulk runs; see JobRunner. A tenant's change and the note that its turn is over commit together, so that a process that takes
 * over changes no tenant twice.
 */
@Injectable()
export class BulkRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('BulkRunner');
  private readonly runner: JobRunner;

  constructor(
    runners: JobRunners,
    private readonly control: ControlDatabase,
    private readonly runs: BulkRunRepository,
    private readonly work: BulkWork,
  ) {
    this.runner = runners.runnerOf({
      kind: 'bulk run',
      task: 'bulk_runs',
      intervalMs: 1000,
      open: () => runs.open(),
      run: (id) => this.run(id),
    });
  }

  onApplicationBootstrap(): void {
    this.runner.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.runner.stop();
  }

  private async run(id: string): Promise<void> {
    const run = await this.runs.find(id);
    if (run === null || run.status !== 'RUNNING') return;
    const order = orderOf(run);
    try {
      // What a row of a dry run may count on depends on the rows before it.
      await this.runner.takeTurns(order.dryRun ? 1 : tenantsAtOnce, () => this.takeTurn(id, order));
    } catch (error) {
      if (!(error instanceof OrdererGone)) throw error;
      return this.runs.fail(id, { code: error.code, detail: error.message });
    }
    if (!this.runner.stopping) await this.runs.finish(id);
  }

  /** Returns whether an item had a turn. Throws OrdererGone. */
  private takeTurn(id: string, order: BulkOrder): Promise<boolean> {
    return this.control.transaction(async (tx) => {
      const turn = await this.runs.take(id);
      if (turn === undefined) return false;
      if (!(await stillHas(tx, order.origin, ['OWNER', 'OPERATOR']))) throw new OrdererGone();
      await this.runs.settle(turn.id, await this.outcomeOf(id, order, turn));
      return true;
    });
  }

  private async outcomeOf(runId: string, order: BulkOrder, { item }: Turn): Promise<Outcome> {
    try {
      const { status, changed, tenant } = await this.work.do(order, item, () => this.runs.countChanged(runId));
      return { status, changed, tenantId: tenant?.id };
    } catch (error) {
      const problem = problemOf(this.refusalOf(error, runId), order.origin.requestId);
      return { status: problem.status, changed: false, problem };
    }
  }

  private refusalOf(error: unknown, runId: string): DomainError {
    if (error instanceof DomainError) return error;
    this.log.warn({ msg: `A tenant of a bulk run was left out: ${describeFailure(error)}`, runId });
    return isConnectionFailure(error) || isQueryTimeout(error)
      ? new ServiceUnavailable('The control database did not answer in time.', error)
      : new UnexpectedFailure();
  }
}

function orderOf({ orderedBy, terms, dryRun }: BulkRun): BulkOrder {
  return { origin: orderedBy as unknown as Origin, terms: terms as unknown as BulkTerms, dryRun };
}
