import type { Tenant } from '@helpdeskly/catalog';
import { Inject, Injectable } from '@nestjs/common';
import { installationName } from '../configuration/tokens.js';
import { rolesOf } from '../lifecycle/tenant-access.js';
import { Poolers } from '../pooler/poolers.js';
import { closeDatabase, existing, makeWritable, openDatabase } from '../restores/closed-database.js';
import { beginPause, PauseTooLong, toldInPause } from '../restores/database-switch.js';
import { ownershipMarker, servedMarker } from '../tenant-databases/names.js';
import { takeOverSql } from '../tenant-databases/tenant-database.js';
import { MoveRoles } from './move-roles.js';
import { MovedLeftovers } from './moved-leftovers.js';
import type { MovingDatabase, Way } from './moving-database.js';

/** How long transactions may take to end that go through a PgBouncer, before PostgreSQL closes the database, in milliseconds. */
const drainMs = 500;

/** Closes the former database in PostgreSQL, completes its copy, and gives that its name. */
@Injectable()
export class Handover {
  constructor(
    private readonly poolers: Poolers,
    private readonly roles: MoveRoles,
    private readonly leftovers: MovedLeftovers,
    @Inject(installationName) private readonly installation: string,
  ) {}

  /** Everything that the new server needs before the switch, and as little left to do in the pause as can be. */
  async prepare({ to }: Way, tenant: Tenant, moving: MovingDatabase): Promise<void> {
    await this.roles.prepare(to, tenant);
    await moving.comeClose();
  }

  /** Both databases are closed afterwards. Throws DatabaseBusy, PauseTooLong, CannotMove. */
  async perform({ tenant, from, to, copy }: Way, moving: MovingDatabase): Promise<void> {
    const leftMs = beginPause();
    const roles = await existing(from.brief, rolesOf(tenant));
    const mustPause = areToldOf({ from, to });
    const pause = (withinMs: number) => toldInPause(this.poolers.pause(tenant.databaseName, withinMs));
    if (mustPause) await pause(drainMs);
    await closeDatabase(from.brief, tenant.databaseName, roles, { spared: moving.process, readOnly: true });
    if (mustPause && !(await pause(leftMs()))) throw new PauseTooLong();
    await moving.complete(leftMs());
    const withinMs = leftMs();
    await moving.leave();
    const marker = servedMarker(ownershipMarker(this.installation, tenant.id));
    const spec = { name: tenant.databaseName, roleName: tenant.roleName, marker };
    // Its commit takes to the disk whatever was written on that server before.
    const settings = `SET LOCAL statement_timeout = ${withinMs}; SET LOCAL synchronous_commit = on;`;
    await to.brief.query(`${settings} ${takeOverSql(copy, spec)}`);
    leftMs();
  }

  /** Opens the tenant's database where it is, to its roles if they may log in: whoever waits in a PgBouncer goes on. Repeatable. */
  async open(
    servers: Pick<Way, 'from' | 'to'>,
    { databaseName, accessOpen, ...roles }: Tenant,
    hasMoved: boolean,
  ): Promise<void> {
    const { brief } = hasMoved ? servers.to : servers.from;
    await makeWritable(brief, databaseName);
    if (accessOpen) await openDatabase(brief, await existing(brief, rolesOf(roles)));
    if (areToldOf(servers)) await this.poolers.resume(databaseName, hasMoved);
  }

  /** Takes the tenant's name from a copy again. Repeatable. */
  async disown({ to }: Pick<Way, 'to'>, tenant: Tenant): Promise<void> {
    await this.leftovers.disown(to, tenant);
  }
}

/** Whether PgBouncers are told of a move: all of them, unless app-api reaches both servers directly. */
function areToldOf({ from, to }: Pick<Way, 'from' | 'to'>): boolean {
  return from.isPooled || to.isPooled;
}
