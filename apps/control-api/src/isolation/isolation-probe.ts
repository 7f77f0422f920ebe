import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Injectable, Logger } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ServerProbe } from './server-probe.js';

/**
 * Signs in as every tenant's role in turn and tries what isolation forbids: other tenants' databases, the control database, the
 * template, DDL, other roles. What is not refused is a breach, and is tried again at each look until it is; so is a role that
 * cannot sign in, read and write although its tenant is ACTIVE and its server is there. A server that leaves one sign-in without an
 * answer is left alone until the next look.
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

  /** Nothing when another process is at it. A server that is away keeps nobody from probing the others. */
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
