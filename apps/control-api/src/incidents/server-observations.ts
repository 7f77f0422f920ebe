import { ControlDatabase } from '@helpdeskly/catalog';
import { Snapshot } from '@helpdeskly/service';
import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { sessionsOf } from '../server-connections/server-sessions.js';
import type { Observed } from './incident-kinds.js';

/** Longer than a busy server needs, in milliseconds. */
const patienceMs = 2000;
/** The share of max_connections from which on a server is told of: as in the alert DatabaseServerConnections. */
const fullShare = 0.85;

/** Asks the database servers whether they answer and how many connections they have left. */
@Injectable()
export class ServerObservations {
  private readonly snapshot = new Snapshot(() => this.look(), { freshMs: 2000, patienceMs: 2 * patienceMs });

  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
  ) {}

  /** Undefined if that took too long: then what was known stays. */
  observe(): Promise<Observed[] | undefined> {
    return this.snapshot.get();
  }

  private async look(): Promise<Observed[]> {
    const rows = await this.control.client.databaseServer.findMany({
      where: { state: { not: 'OFFLINE' } },
      select: { id: true, name: true },
    });
    const observed = await Promise.all(rows.map(({ id, name }) => this.ask(id, name)));
    return observed.flat();
  }

  private async ask(id: string, name: string): Promise<Observed[]> {
    const connections = await new Snapshot(async () => sessionsOf(await this.servers.server(id)), {
      freshMs: 0,
      patienceMs,
    }).get();
    const about = { subject: id, tenantSlug: null, serverId: id, since: null };
    if (connections === undefined)
      return [{ ...about, kind: 'server_down', message: `The database server ${name} does not answer.` }];
    const { used, max } = connections;
    if (used <= max * fullShare) return [];
    const message = `The database server ${name} has used ${used} of its ${max} connections.`;
    return [{ ...about, kind: 'server_connections', message }];
  }
}
