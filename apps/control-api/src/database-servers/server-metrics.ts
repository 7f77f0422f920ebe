import { ControlDatabase } from '@helpdeskly/catalog';
import { Metrics, Snapshot } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { ServerConnections } from '../server-connections/server-connections.js';

interface ServerView {
  readonly name: string;
  readonly maxTenants: number;
  /** Undefined if the server does not answer. */
  readonly sessions: Sessions | undefined;
}

interface Sessions {
  readonly used: number;
  readonly max: number;
}

/** Longer than a busy server needs, shorter than a scrape may take. */
const patienceMs = 2000;

/** Queries the tenants' servers as their administrator: whether they answer, and how full they are. */
@Injectable()
export class ServerMetrics {
  constructor(
    { registry }: Metrics,
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
  ) {
    const snapshot = new Snapshot(() => this.look(), { freshMs: 5000, patienceMs: 2 * patienceMs });
    gauge('helpdeskly_database_server_up', '1 while the server answers', ({ sessions }) =>
      sessions === undefined ? 0 : 1,
    );
    gauge('helpdeskly_database_server_tenants_max', 'How many tenants the server may hold', (view) => view.maxTenants);
    gauge(
      'helpdeskly_database_server_connections',
      "PostgreSQL's sessions in databases of the server, whoever has them",
      ({ sessions }) => sessions?.used,
    );
    gauge(
      'helpdeskly_database_server_connections_max',
      "PostgreSQL's max_connections, the limit of helpdeskly_database_server_connections",
      ({ sessions }) => sessions?.max,
    );

    function gauge(name: string, help: string, value: (view: ServerView) => number | undefined): void {
      new Gauge({
        name,
        help,
        labelNames: ['server'],
        registers: [registry],
        async collect() {
          const views = (await snapshot.get()) ?? [];
          this.reset();
          for (const view of views) {
            const shown = value(view);
            if (shown !== undefined) this.set({ server: view.name }, shown);
          }
        },
      });
    }
  }

  private async look(): Promise<ServerView[]> {
    const rows = await this.control.client.databaseServer.findMany({
      select: { id: true, name: true, maxTenants: true },
    });
    return Promise.all(
      rows.map(async ({ id, name, maxTenants }) => {
        const sessions = new Snapshot(() => this.sessionsOf(id), { freshMs: 0, patienceMs });
        return { name, maxTenants, sessions: await sessions.get() };
      }),
    );
  }

  /** Counts sessions by their database: PostgreSQL shows the rest only to roles that may read all statistics. */
  private async sessionsOf(id: string): Promise<Sessions | undefined> {
    const { admin } = await this.servers.server(id);
    const { rows } = await admin.query<Sessions>(
      `SELECT count(datid)::int AS used, current_setting('max_connections')::int AS max FROM pg_stat_activity`,
    );
    return rows[0];
  }
}
