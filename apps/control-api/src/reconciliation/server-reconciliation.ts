import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { PlaceReconciliation } from './place-reconciliation.js';
import { Remedies } from './remedies.js';
import { ServerComparison } from './server-comparison.js';

/** Compares the catalog with every server that serves tenants. */
@Injectable()
export class ServerReconciliation {
  constructor(
    private readonly servers: ServerConnections,
    private readonly place: PlaceReconciliation,
    private readonly comparison: ServerComparison,
    private readonly remedies: Remedies,
  ) {}

  /** Returns the ids of the servers that it compared. */
  async run(): Promise<readonly string[]> {
    await this.comparison.prepare();
    const ids = await this.servers.ids('ACTIVE', 'DRAINING');
    for (const id of ids) {
      await this.place.run(id, async () => {
        const server = await this.servers.server(id);
        const findings = await this.comparison.compare(server);
        return { findings, act: (finding) => this.remedies.act(server, finding) };
      });
    }
    return ids;
  }
}
