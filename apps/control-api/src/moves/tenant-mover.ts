import { setTimeout as sleep } from 'node:timers/promises';
import { SnapshotInTheWay } from '@helpdeskly/archive';
import type { Tenant, TenantMove } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import type { JobOutcome } from '@helpdeskly/queue';
import { Injectable, Logger } from '@nestjs/common';
import { DatabaseBusy } from '../restores/closed-database.js';
import { PauseTooLong } from '../restores/database-switch.js';
import { ServerRests } from '../server-connections/server-breaker.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { TransactionInTheWay } from '../tenant-databases/change-slots.js';
import { tenantDatabaseName } from '../tenant-databases/names.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import { CannotMove, MoveCancelled } from './errors.js';
import { MoveCopies } from './move-copies.js';
import { MovedLeftovers } from './moved-leftovers.js';
import { MoveRecord } from './move-record.js';
import { MoveSwitch } from './move-switch.js';
import { MovingDatabase, type Way } from './moving-database.js';

/** How often a move is begun at most before its switch; a worker that died counts. Behind the switch it only goes on. */
const mostTries = 4;
/** What a move waits for. */
export const waits = [DatabaseBusy, ServerRests, SnapshotInTheWay, TransactionInTheWay] as const;
/** How often it tries to switch within one take. */
const mostSwitches = 5;
/** So few changes can be repeated in a pause. */
const fewChanges = 1000;
const fewRows = 5000;
const lookMs = 200;
/** How long a copy may run behind, or wait for others, in milliseconds. */
const patienceMs = 3_600_000;

/** What servers and databases are to moves. */
@Injectable()
export class MovePlaces {
  constructor(
    readonly servers: ServerConnections,
    readonly copies: MoveCopies,
    readonly leftovers: MovedLeftovers,
  ) {}
}

/** Carries tenants to other servers. Each step looks at what is there, so any worker goes on where another one died. */
@Injectable()
export class TenantMover {
  private readonly log = new Logger('TenantMover');
  private readonly stopping = new AbortController();

  constructor(
    private readonly record: MoveRecord,
    private readonly places: MovePlaces,
    private readonly switching: MoveSwitch,
  ) {}

  /** Ends copies that are under way; another worker begins again. */
  stop(): void {
    this.stopping.abort(new Error('this process is shutting down'));
  }

  /** Throws what may be better later. One call at a time for each tenant. */
  async run(id: string): Promise<JobOutcome> {
    const move = await this.record.begin(id);
    if (move === undefined) return 'superseded';
    const tenant = await this.record.current(move.tenantId);
    if (tenant?.serverId === move.toServerId) return this.settle(move, tenant);
    const { servers } = this.places;
    try {
      await servers.reach(move.fromServerId); // Without it nothing can be taken back.
    } catch (error) {
      await this.wait(move, error);
      throw error;
    }
    const from = await servers.server(move.fromServerId);
    if (tenant === null) return this.forget(move);
    const way = {
      tenant,
      from,
      to: await servers.server(move.toServerId),
      copy: this.places.leftovers.copyName(tenant),
    };
    return (await this.move(move, way)) ?? this.settle(move, tenant);
  }

  /** Everything up to the switch. Whatever fails, the tenant is where it was, and nothing of the move is left. */
  private async move(move: TenantMove, way: Way): Promise<JobOutcome | undefined> {
    let failure: unknown;
    try {
      await this.back(move, way); // What a worker left that died.
      await this.places.servers.reach(move.toServerId);
      await this.clear(move, way);
      if (move.cancelOrderedAt !== null) throw new MoveCancelled();
      if (move.tries > mostTries)
        throw new CannotMove(move.error ?? 'its worker died each time before it could finish');
      if (!mustHaveDatabase(way.tenant)) throw new CannotMove('it has no database');
      await this.carry(move, way);
      return undefined;
    } catch (error) {
      failure = error;
    }
    const hasMoved = await this.back(move, way);
    if (hasMoved !== false) return hasMoved === true ? undefined : 'superseded';
    await this.clear(move, way).catch((error: unknown) =>
      this.log.warn(`The copy of a tenant that does not move is dropped later: ${describeFailure(error)}`),
    );
    if (await this.record.isCancelled(move)) return this.record.end(move, 'CANCELLED', null);
    if (waits.some((wait) => failure instanceof wait) || this.stopping.signal.aborted) {
      await this.wait(move, failure);
      throw failure;
    }
    if (failure instanceof CannotMove || move.tries >= mostTries)
      return this.record.end(move, 'ROLLED_BACK', describeFailure(failure));
    await this.record.change(move, { error: describeFailure(failure) });
    throw failure;
  }

  /** That a take only waited for others costs no try. */
  private async wait(move: TenantMove, error: unknown): Promise<void> {
    await this.record.change(move, { error: describeFailure(error), tries: { decrement: 1 } });
  }

  private async carry(move: TenantMove, way: Way): Promise<void> {
    const cancellation = this.record.watch(move);
    try {
      await this.carryUntil(AbortSignal.any([this.stopping.signal, cancellation.signal]), move, way);
    } finally {
      cancellation.stop();
    }
  }

  private async carryUntil(signal: AbortSignal, move: TenantMove, way: Way): Promise<void> {
    const { moving, rows } = await MovingDatabase.begin(way, () => this.places.copies.prepare(way), signal);
    try {
      await this.record.change(move, { status: 'CATCHING_UP', rows: BigInt(rows), lagBytes: await moving.lag() });
      const giveUpAt = performance.now() + patienceMs;
      for (let late = 0; ;) {
        await this.catchUp(move, moving, { giveUpAt, signal });
        await this.record.change(move, { status: 'SWITCHING', lagBytes: await moving.lag() });
        try {
          return await this.switching.perform(move, way, moving);
        } catch (error) {
          const isLate = error instanceof PauseTooLong && ++late < mostSwitches;
          const isBusy = error instanceof DatabaseBusy && performance.now() < giveUpAt;
          if (moving.isLeft || !(isLate || isBusy)) throw error;
          await this.record.change(move, { status: 'CATCHING_UP', error: describeFailure(error) });
          await sleep(1000, undefined, { signal });
          await moving.reopen();
        }
      }
    } finally {
      moving.close();
    }
  }

  private async catchUp(
    move: TenantMove,
    moving: MovingDatabase,
    { giveUpAt, signal }: { readonly giveUpAt: number; readonly signal: AbortSignal },
  ): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const changes = await moving.follow();
      if (changes <= fewChanges && moving.unequal <= fewRows) return;
      if (performance.now() > giveUpAt) throw new CannotMove('more is written than its copy can repeat');
      await this.record.change(move, { lagBytes: await moving.lag() });
      if (changes <= fewChanges) await sleep(lookMs, undefined, { signal });
    }
  }

  /** The tenant's database is open where it is; if it has not moved, without anything that a move needs. Returns what `open` does. */
  private async back(move: TenantMove, way: Way): Promise<boolean | undefined> {
    const hasMoved = await this.switching.open(move, way);
    if (hasMoved === false) await this.places.leftovers.clearChanges(way.from, way.tenant);
    return hasMoved;
  }

  /** Nothing is left on the server that it has not moved to. */
  private async clear(move: TenantMove, way: Way): Promise<void> {
    if ((await this.switching.disown(move, way)) === false) await this.places.leftovers.clearTarget(way.to, way.tenant);
  }

  /** It is there: the former database is out of the way, until it is dropped. */
  private async settle(move: TenantMove, tenant: Tenant): Promise<JobOutcome> {
    const { servers, leftovers } = this.places;
    await servers.reach(move.toServerId);
    const [from, to] = [await servers.server(move.fromServerId), await servers.server(move.toServerId)];
    await this.switching.open(move, { from, to });
    await servers.reach(move.fromServerId);
    await leftovers.setAside(from, tenant);
    return this.record.end(move, 'DONE', null);
  }

  /** The tenant was purged meanwhile. */
  private async forget(move: TenantMove): Promise<JobOutcome> {
    const { servers, leftovers } = this.places;
    const gone = { id: move.tenantId, databaseName: tenantDatabaseName(move.tenantId) };
    await servers.reach(move.toServerId);
    const to = await servers.server(move.toServerId);
    if (move.switchedAt === null) await leftovers.disown(to, gone);
    await leftovers.clearTarget(to, gone);
    if (move.switchedAt === null) return this.record.end(move, 'ROLLED_BACK', 'The tenant does not exist any more.');
    await leftovers.setAside(await servers.server(move.fromServerId), gone);
    return this.record.end(move, 'DONE', null);
  }
}
