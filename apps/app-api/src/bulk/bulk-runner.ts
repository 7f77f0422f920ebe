import { describeFailure } from '@helpdeskly/database';
import { DomainError } from '@helpdeskly/errors';
import { problemOf, type Actor, type Problem } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma, tenantErrorOf } from '@helpdeskly/tenant-db';
import { Injectable, Logger } from '@nestjs/common';
import { isStaff } from '../ticket-core/viewer.js';
import { findWriter } from '../user-core/writers.js';
import { BulkWork, type Work } from './bulk-work.js';
import { takeRun, takeTurn, waitingOf, type RunAtWork } from './bulk-runs.queries.js';
import { refusalOf } from './ticket-bulk.js';

/** Tickets between which a worker asks whether others wait. */
const slice = 25;

/** As often, five seconds apart, a ticket is tried that is locked or whose database does not answer: then that is its result. */
const mostTries = 12;

/** Raised when whoever asked for a run may not do its work any more. */
class AskerGone extends DomainError {
  readonly code = 'forbidden';
  constructor() {
    super('The user who started this run was disabled or is no longer an agent.');
  }
}

/**
 * Does the work of runs in the current tenant's database. A ticket's change and the note that its turn is over commit together,
 * so doing it again, after a crash or beside another worker, changes no ticket twice.
 */
@Injectable()
export class BulkRunner {
  private readonly log = new Logger('BulkRunner');

  constructor(
    private readonly db: TenantDatabase,
    private readonly work: BulkWork,
  ) {}

  /** Some tickets of the run that has waited longest for its turn; whether anything is left to do. */
  async next(): Promise<boolean> {
    const run = await takeRun(this.db.client);
    if (run === undefined) return false;
    const waiting = await waitingOf(this.db.client, run.id, slice);
    for (const { place, ticketId } of waiting) if (!(await this.turn(run, place, ticketId))) return true;
    if (waiting.length < slice) await this.end(run.id);
    return true;
  }

  /** Whether the run goes on. */
  private async turn(run: RunAtWork, place: number, ticketId: string): Promise<boolean> {
    const where = { runId: run.id, place, status: null };
    try {
      await this.db.transaction(async (tx) => {
        if (!(await takeTurn(tx, run.id, place))) return;
        await this.work.do(await askerOf(tx, run), ticketId, run.work as Work);
        await askerOf(tx, run, Prisma.sql`FOR SHARE`);
        await tx.bulkRunTicket.updateMany({ where, data: { status: 200 } });
      });
      return true;
    } catch (error) {
      if (error instanceof AskerGone) {
        await this.end(run.id, { code: error.code, detail: error.message });
        return false;
      }
      const problem = refusalOf(error, run.id);
      if (problem === undefined) {
        const passing = tenantErrorOf(error);
        if (passing !== undefined) return this.putOff(run, place, passing);
        this.log.error({ msg: `A run ends: ${describeFailure(error)}`, runId: run.id });
        await this.end(run.id, { code: 'internal_error', detail: 'The run failed because of an error on our side.' });
        return false;
      }
      return this.refuse(run, place, problem);
    }
  }

  /** What no ticket is to blame for passes: the job comes back, and begins with another run. Throws what was in the way. */
  private async putOff(run: RunAtWork, place: number, error: DomainError): Promise<boolean> {
    const where = { runId: run.id, place, status: null };
    const [ticket] = await this.db.client.bulkRunTicket.updateManyAndReturn({
      where,
      data: { tries: { increment: 1 } },
    });
    if (ticket === undefined) return true; // Another worker did it.
    if (ticket.tries < mostTries) throw error;
    return this.refuse(run, place, problemOf(error, run.id));
  }

  /** Notes why a ticket was left as it is; the run goes on. */
  private async refuse(run: RunAtWork, place: number, problem: Problem): Promise<true> {
    const where = { runId: run.id, place, status: null };
    const data = { status: problem.status, problem: problem as unknown as Prisma.InputJsonObject };
    await this.db.client.bulkRunTicket.updateMany({ where, data });
    return true;
  }

  /** What it was about is gone with its end: words of a reply stand in the comments alone. */
  private async end(id: string, error?: Prisma.InputJsonObject): Promise<void> {
    await this.db.client.$executeRaw`
      UPDATE "BulkRun" SET "endedAt" = now(), "work" = NULL, "error" = ${error === undefined ? null : JSON.stringify(error)}::jsonb
       WHERE "id" = ${id}::uuid AND "endedAt" IS NULL`;
  }
}

/**
 * Whoever asked, as they are now. Locked once the work is done, since tickets are locked before users, they are not disabled before the
 * transaction ends. Throws AskerGone.
 */
async function askerOf(tx: Prisma.TransactionClient, { actorId }: RunAtWork, lock = Prisma.empty): Promise<Actor> {
  const writer = await findWriter(tx, actorId, lock);
  if (writer === undefined) throw new AskerGone();
  const { able, kind, role, name } = writer;
  const actor: Actor = { kind, id: actorId, role, name };
  if (!able || !isStaff(actor)) throw new AskerGone();
  return actor;
}
