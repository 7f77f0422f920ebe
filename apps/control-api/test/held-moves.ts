import { connected, ServiceProcess, until, urlOf, type TestTenant } from '@helpdeskly/testing';
import pg from 'pg';
import { ask, type TwoServers } from './two-servers.js';

/** Moves whose worker can be killed, and that are held where a test wants them: by locks, no line of the worker knows of it. */
export class HeldMoves {
  private worker: ServiceProcess | undefined;

  constructor(
    readonly servers: TwoServers,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  async startWorker(): Promise<void> {
    this.worker = await ServiceProcess.start('control-worker', this.environment);
  }

  readonly kill = async (): Promise<void> => {
    this.worker?.signal('SIGKILL');
    await this.worker?.exit();
  };

  async close(): Promise<void> {
    await this.worker?.stop();
  }

  /** Holds a move that is about to make its slot, which waits for a transaction of the tenant, until `work` is done there. Answers the move. */
  async withSlotHeld(tenant: TestTenant, work: (move: string) => Promise<unknown>): Promise<string> {
    return connected(urlOf(tenant.databaseName), async (writer) => {
      await writer.query(`BEGIN; INSERT INTO "AuditEvent" ("type", "details") VALUES ('HELD', '{}')`);
      const move = await this.servers.begun(tenant);
      await until(
        () =>
          isSo(
            this.servers.first.adminUrl,
            `SELECT FROM pg_stat_activity WHERE query LIKE '%create_logical%slot%' AND pid <> pg_backend_pid()`,
          ),
        () => this.servers.read(move),
      );
      await work(move);
      await writer.query('COMMIT');
      return move;
    });
  }

  /** Lets a move come to its switch, and no further, until `work` is done there. */
  withSwitchHeld<T>(tenant: TestTenant, move: string, work: () => Promise<T>): Promise<T> {
    return connected(this.control, async (control) => {
      await control.query(`SELECT pg_advisory_lock(hashtext('helpdeskly tenant'), hashtext($1))`, [tenant.id]);
      await this.startWorker();
      await until(
        () => this.isWaiting('SELECT pg_advisory_lock(%'), // Its status may still be what another worker has left.
        () => this.servers.read(move),
      );
      return work();
    });
  }

  /** Stops a move where PostgreSQL has switched and the catalog does not know: its last statement there is an audit event's. */
  withCatalogHeld(tenant: TestTenant, move: string, work: () => Promise<void>): Promise<void> {
    return connected(this.control, async (control) => {
      await this.withSwitchHeld(tenant, move, () =>
        control.query('BEGIN; LOCK TABLE audit."AuditEvent" IN ACCESS EXCLUSIVE MODE'),
      );
      await until(
        async () =>
          (await this.isWaiting('INSERT INTO "audit"%')) &&
          (await this.servers.holdings(tenant)).second.databases.includes('own'),
        () => this.servers.read(move),
      );
      await work();
    });
  }

  /**
   * Stops a move in its pause: the former database is closed, and its copy cannot be completed. `work` begins there; the move goes on at the
   * latest when the pause has lasted too long.
   */
  async withPauseHeld(tenant: TestTenant, move: string, work: () => Promise<void>): Promise<void> {
    const copy = new URL(this.servers.second.adminUrl);
    let holder: pg.Client | undefined;
    try {
      await this.withSwitchHeld(tenant, move, async () => {
        const like = `hd_scratch_%${tenant.id.replaceAll('-', '')}%`;
        const [found] = await ask(copy.href, 'SELECT datname AS name FROM pg_database WHERE datname LIKE $1', like);
        copy.pathname = `/${String(found?.name)}`;
        holder = new pg.Client(copy.href);
        holder.on('error', () => undefined); // A copy is dropped whoever is in it.
        await holder.connect();
        await holder.query('BEGIN; LOCK TABLE "_prisma_migrations" IN ACCESS EXCLUSIVE MODE');
      });
      const isHeld = `SELECT FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock' AND query LIKE '%_prisma_migrations%'`;
      await until(
        () => isSo(this.servers.second.adminUrl, isHeld, copy.pathname.slice(1)),
        () => this.servers.read(move),
      );
      await work();
    } finally {
      await holder?.end().catch(() => undefined);
    }
  }

  /** Whether a session of the control database waits for a lock with a statement like this. */
  isWaiting(like: string): Promise<boolean> {
    return isSo(
      this.control,
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
      like,
    );
  }

  private get control(): string {
    return urlOf(this.servers.system.installation.database);
  }
}

/** Whether a question has an answer. */
export const isSo = async (url: string, sql: string, ...values: unknown[]): Promise<boolean> =>
  (await ask(url, sql, ...values)).length > 0;
