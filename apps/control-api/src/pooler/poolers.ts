import type { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import { PoolerConsole, type PoolerView } from './pooler-console.js';
import { Userlist, type PoolerUser } from './userlist.js';

export interface PoolerSettings {
  /** The admin console of each PgBouncer; none if app-api connects directly. */
  readonly adminUrls: readonly string[];
  /** The file for users of PgBouncers that cannot ask the server. */
  readonly userlistPath: string | undefined;
}

/** Raised when a PgBouncer could not be told of a change. Its connections are unchanged. */
export class PoolerUnavailable extends Error {
  constructor(cause: unknown) {
    super(`A connection pooler cannot be told of a change: ${cause instanceof Error ? cause.message : ''}`, { cause });
    this.name = 'PoolerUnavailable';
  }
}

/** Every PgBouncer between app-api and tenants' databases. Throws PoolerUnavailable if one of them cannot be told. */
export class Poolers {
  private readonly consoles: readonly PoolerConsole[];
  private readonly userlist: Userlist | undefined;
  private writing: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  /** When the list was written of which this process has told every PgBouncer. */
  private toldOf: number | undefined;
  private readonly log = new Logger('Poolers');

  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    { adminUrls, userlistPath }: PoolerSettings,
  ) {
    this.consoles = adminUrls.map((url) => new PoolerConsole(url));
    this.userlist = userlistPath === undefined ? undefined : new Userlist(userlistPath, adminUrls);
  }

  /**
   * Admits the roles that the catalog knows now, and nobody else. Does nothing if PgBouncer asks the server itself.
   * Calls during a write share the next one.
   */
  publishUsers(): Promise<void> {
    const { userlist } = this;
    if (userlist === undefined) return Promise.resolve();
    this.next ??= this.writing
      .catch(() => undefined) // Its own callers got the error.
      .then(() => {
        this.next = undefined;
        return (this.writing = this.writeUsers(userlist));
      });
    return this.next;
  }

  /** The same for a change that is already committed: if it fails now, PoolerUpkeep repeats it. */
  async publishSoon(): Promise<void> {
    await this.publishUsers().catch((error: unknown) =>
      this.log.warn(`Users will be published later: ${describeFailure(error)}`),
    );
  }

  /**
   * Closes all connections to `database`; PgBouncer does not reuse connections that were pooled before. `withinMs` limits how long a console
   * may take.
   */
  disconnect(database: string, withinMs?: number): Promise<void> {
    return this.tell((console) => console.disconnect(database, withinMs));
  }

  /**
   * Whoever wants a connection to `database` waits until `resume`. Returns whether nobody has one any more, after at most `withinMs`; a
   * console that does not answer takes no longer.
   */
  async pause(database: string, withinMs: number): Promise<boolean> {
    const ended: boolean[] = [];
    await this.tell(async (console) => void ended.push(await console.pause(database, withinMs)));
    return !ended.includes(false);
  }

  /**
   * Ends a pause, if there is one. `hasMoved`: those who wait are told that the database was removed, since a PgBouncer before the former
   * server would let them wait in vain. Nothing of theirs was run.
   */
  resume(database: string, hasMoved: boolean): Promise<void> {
    return this.tell((console) => console.resume(database, hasMoved));
  }

  /** The addresses of those that do not answer; undefined if none is known. */
  async unreached(): Promise<readonly string[] | undefined> {
    if (this.consoles.length === 0) return undefined;
    return (await this.look()).filter(({ load }) => load === undefined).map(({ address }) => address);
  }

  /** The current load of each. */
  look(): Promise<readonly PoolerView[]> {
    return Promise.all(
      this.consoles.map(async (console) => ({
        address: console.address,
        load: await console.load().catch(() => undefined), // Shown as down.
      })),
    );
  }

  /** One process at a time writes, from the catalog of that moment: an older list never replaces a newer one. */
  private async writeUsers(userlist: Userlist): Promise<void> {
    let writtenAt: number | undefined;
    await this.control.transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly pooler users'))`;
      const rows = await tx.$queryRaw<{ tenantId: string; name: string; secret: string }[]>`
        SELECT "id"::text AS "tenantId", role."name", role."secret"
          FROM "Tenant",
               LATERAL (VALUES ("roleName", "roleSecret"), ("nextRoleName", "nextRoleSecret"),
                               ("formerRoleName", "formerRoleSecret")) AS role ("name", "secret")
         WHERE "accessOpen" AND role."name" IS NOT NULL
         ORDER BY role."name"`;
      writtenAt = await userlist.write(rows.map((row) => this.userOf(row)));
    });
    if (this.toldOf === writtenAt) return; // Otherwise this process wrote it, or another one, which may have died before it told anybody.
    await this.tell((console) => console.reload());
    this.toldOf = writtenAt;
  }

  private userOf({ tenantId, name, secret }: { tenantId: string; name: string; secret: string }): PoolerUser {
    return { name, password: this.secrets.open(secret, tenantId) };
  }

  private async tell(message: (console: PoolerConsole) => Promise<void>): Promise<void> {
    const told = await Promise.allSettled(this.consoles.map(message));
    const failed = told.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw new PoolerUnavailable(failed.reason);
  }
}
