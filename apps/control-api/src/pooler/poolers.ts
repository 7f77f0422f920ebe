import type { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import { PoolerConsole, type PoolerView } from './pooler-console.js';
import { Userlist, type PoolerUser } from './userlist.js';

export interface PoolerSettings {
  /** The admin console of each PgBouncer; none when tenants' servers are reached directly. */
  readonly adminUrls: readonly string[];
  /** Where users are to be written, for PgBouncers that cannot ask for them. */
  readonly userlistPath: string | undefined;
}

/** Raised when a PgBouncer could not be told of a change. Its connections are as they were. */
class PoolerUnavailable extends Error {
  constructor(cause: unknown) {
    super(`A connection pooler cannot be told of a change: ${cause instanceof Error ? cause.message : ''}`, { cause });
    this.name = 'PoolerUnavailable';
  }
}

/** Every PgBouncer between app-api and tenants' databases. Throws PoolerUnavailable while one of them cannot be told. */
export class Poolers {
  private readonly consoles: readonly PoolerConsole[];
  private readonly userlist: Userlist | undefined;
  private writing: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;
  /** When the list was written that every PgBouncer has been told of by this process. */
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
   * Lets in the roles that the catalog knows by now, and nobody else. Nothing to do where PgBouncer asks the server itself.
   * Who calls while a list is being written shares the next one.
   */
  publishUsers(): Promise<void> {
    const { userlist } = this;
    if (userlist === undefined) return Promise.resolve();
    this.next ??= this.writing
      .catch(() => undefined) // Its own callers have heard of it.
      .then(() => {
        this.next = undefined;
        return (this.writing = this.writeUsers(userlist));
      });
    return this.next;
  }

  /** The same for a change that is committed already: when it fails now, PoolerUpkeep comes back to it. */
  async publishSoon(): Promise<void> {
    await this.publishUsers().catch((error: unknown) =>
      this.log.warn(`Users will be published later: ${describeFailure(error)}`),
    );
  }

  /** Hangs up on everybody in `database`; a connection that was pooled before serves nobody again. */
  disconnect(database: string): Promise<void> {
    return this.tell((console) => console.disconnect(database));
  }

  /** What each of them holds now. */
  look(): Promise<readonly PoolerView[]> {
    return Promise.all(
      this.consoles.map(async (console) => ({
        address: console.address,
        load: await console.load().catch(() => undefined), // Shown as one that is down.
      })),
    );
  }

  /** One process at a time, each from what the catalog says then: an older list never replaces a newer one. */
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
    if (this.toldOf === writtenAt) return; // Else by this process or by another, which may be gone before it told anybody.
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
