import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Injectable, Logger } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ServerProbe } from './server-probe.js';

/**
 * Logs in as every tenant's role in turn and tries what isolation forbids: other tenants' databases, the control database, the
 * template, DDL, other roles. What is not refused is a breach, and every probe tries it again until it is refused. The same holds for a
 * role that cannot log in, read and write although its tenant is ACTIVE and its server answers. If a server leaves one login without
 * an answer, the probe skips the server until the next interval.
 */
@Injectable()
export class IsolationProbe {
  private readonly log = new Logger('IsolationProbe');

  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly locks: ControlLocks,
    private readonly probe: ServerProbe,
  ) {}

  /** Does nothing if another process is doing it. A server that is away does not delay the others. */
  async run(): Promise<void> {
    await this.locks.tryHold('helpdeskly', 'isolation', async () => {
      for (const serverId of await this.servers.ids('ACTIVE', 'DRAINING')) {
        try {
          await this.probe.run(await this.servers.server(serverId));
        } catch (error) {
          const reason = describeFailure(error);
          this.log.warn(`The server ${serverId} could not be probed: ${reason}`);
          const data = { error: reason };
          await this.control.client.isolationCheck.upsert({
            where: { serverId },
            create: { serverId, ...data },
            update: data,
          });
        }
      }
    });
  }
}
