import { setTimeout as sleep } from 'node:timers/promises';
import {
  closeAbruptly,
  connectToCopy,
  copyDatabase,
  sequencesOf,
  setSequences,
  tablesOf,
  type CopiedState,
} from '@helpdeskly/archive';
import type { Tenant } from '@helpdeskly/catalog';
import { appliedMigrations, migrationLock } from '@helpdeskly/migrator';
import type { Client } from 'pg';
import { DatabaseBusy } from '../restores/closed-database.js';
import { PauseTooLong } from '../restores/database-switch.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { makeChangeSlot } from '../tenant-databases/change-slots.js';
import { slotName } from '../tenant-databases/names.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { ChangeApplier } from './change-applier.js';
import { ChangeStream } from './change-stream.js';
import { ChangedRows } from './changed-rows.js';
import { CannotMove } from './errors.js';
import { compareRows } from './row-comparison.js';

/** Where a tenant moves from and to. */
export interface Way {
  readonly tenant: Tenant;
  readonly from: TenantServer;
  readonly to: TenantServer;
  /** The name of its copy. */
  readonly copy: string;
}

/**
 * Neither triggers nor foreign keys: the stream brings what they did. What it has written is durable before the former database may
 * forget it.
 */
const asReplica = `SET session_replication_role = replica; SET synchronous_commit = on;`;

const lockMs = 500;
const lookMs = 10;

/** A pause that has so few changes to repeat is short. */
const closeChanges = 50;
/** How often it is tried to come so close: more may be written all the time. */
const mostFollowed = 5;

/** A session of the administrator in the database that is left. */
interface Former {
  readonly client: Client;
  readonly process: number;
}

/** A tenant's database and its copy, which follows it. */
export class MovingDatabase {
  /** Whether it can follow no longer. */
  isLeft = false;
  private stream: ChangeStream;
  private readonly changed = new ChangedRows();
  private readonly applier: ChangeApplier;

  private constructor(
    private readonly way: Way,
    private session: Former,
    private readonly next: Client,
    copied: CopiedState,
  ) {
    this.stream = new ChangeStream(session.client, slotName(way.tenant.id));
    this.applier = new ChangeApplier(next, copied.snapshot, this.changed);
  }

  /**
   * Keeps the database's changes from now on, and fills the copy with what it holds; every row is compared. `prepare` makes the copy, empty
   * and with the same tables: no migration runs from then on. Throws DatabaseBusy, CannotMove, and what copyDatabase throws.
   */
  static async begin(
    way: Way,
    prepare: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<{ readonly moving: MovingDatabase; readonly rows: number }> {
    const { tenant, from, to, copy } = way;
    const session = await openFormer(way);
    const former = session.client;
    const cut = () => closeAbruptly(former);
    signal.addEventListener('abort', cut);
    try {
      signal.throwIfAborted();
      await prepare();
      await makeChangeSlot(
        former,
        tenant.id,
        (await tablesOf(former)).map(({ name }) => name),
      );
      const source = { connect: () => from.connectToCopy(tenant.databaseName), asRole: ownerRole, signal };
      const target = { connect: () => to.connectToCopy(copy), asRole: ownerRole };
      const copied = await copyDatabase(source, () => Promise.resolve(target));
      const next = await connectToCopy(target.connect, ownerRole, asReplica);
      return { moving: new MovingDatabase(way, session, next, copied), rows: copied.rows };
    } catch (error) {
      closeAbruptly(former);
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', cut);
    }
  }

  /** Repeats what was written since, and compares rows that were; returns how many changes there were. */
  async follow(): Promise<number> {
    const changes = await this.stream.read();
    await this.applier.apply(changes);
    await compareRows(this.former, this.next, this.changed);
    return changes.length;
  }

  /** Follows until a pause would have little to do, if it can. */
  async comeClose(): Promise<void> {
    for (let tries = 0; tries < mostFollowed && (await this.follow()) > closeChanges; tries++);
  }

  /** That of the session that reads the former database, which a closing must spare. */
  get process(): number {
    return this.session.process;
  }

  lag(): Promise<bigint> {
    return this.stream.lag();
  }

  /** How many rows have not yet been seen to be the same in both. */
  get unequal(): number {
    return this.changed.size;
  }

  /**
   * When nobody can write to the former database any more: repeats the rest, and compares what was written. Throws DatabaseBusy,
   * CannotMove if the two differ, PauseTooLong.
   */
  async complete(withinMs: number): Promise<void> {
    let isLate = false;
    const cut = setTimeout(() => {
      isLate = true;
      this.close();
    }, withinMs);
    try {
      await this.takeRest();
    } catch (error) {
      throw isLate ? new PauseTooLong() : error;
    } finally {
      clearTimeout(cut);
    }
  }

  private async takeRest(): Promise<void> {
    await this.next.query('SET synchronous_commit = off'); // The renaming will wait for the disk.
    for await (const changes of this.stream.rest()) await this.applier.apply(changes);
    await compareRows(this.former, this.next, this.changed);
    if (this.changed.size > 0) throw new CannotMove(`${this.changed.size} rows differ in the copy`);
    const [had, has] = await Promise.all([appliedMigrations(this.former), appliedMigrations(this.next)]);
    const namesOf = (all: typeof had) => all.map(({ name, checksum }) => `${name} ${checksum}`).join();
    if (namesOf(had) !== namesOf(has)) throw new CannotMove('it was migrated meanwhile');
    await setSequences(this.next, await sequencesOf(this.former));
  }

  /** After a switch that took too long: goes on following the former database, which is open again. */
  async reopen(): Promise<void> {
    closeAbruptly(this.former);
    await this.next.query('SET synchronous_commit = on');
    this.session = await openFormer(this.way);
    if (this.isLeft) closeAbruptly(this.former); // Meanwhile.
    this.stream = new ChangeStream(this.former, slotName(this.way.tenant.id));
  }

  /** Lets go of the copy, so that it can be renamed; the former database stays as it is. */
  async leave(): Promise<void> {
    this.isLeft = true;
    await this.next.end();
  }

  private get former(): Client {
    return this.session.client;
  }

  close(): void {
    this.isLeft = true;
    closeAbruptly(this.former);
    closeAbruptly(this.next);
  }
}

/** As the administrator, who may read the slot; holds the lock of migrations. */
async function openFormer({ tenant, from }: Way): Promise<Former> {
  const client = await connectToCopy(() => from.connectToCopy(tenant.databaseName));
  try {
    const until = performance.now() + lockMs; // An own session may still be about to end.
    for (;;) {
      const { rows } = await client.query<{ free: boolean; process: number }>(
        'SELECT pg_try_advisory_lock($1) AS free, pg_backend_pid() AS process',
        [migrationLock],
      );
      const [found] = rows;
      if (found?.free === true) return { client, process: found.process };
      if (performance.now() > until) throw new DatabaseBusy('a migration');
      await sleep(lookMs);
    }
  } catch (error) {
    closeAbruptly(client);
    throw error;
  }
}
