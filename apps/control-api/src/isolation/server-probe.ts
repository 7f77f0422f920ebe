import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Injectable, Logger } from '@nestjs/common';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import type { Outcome } from './attempts.js';
import { IsolationTurns } from './isolation-turns.js';
import { assertAnswers, RoleProbe } from './role-probe.js';

/** Probes the tenants of one server whose turn it is, and records the results. */
@Injectable()
export class ServerProbe {
  private readonly log = new Logger('IsolationProbe');

  constructor(
    private readonly control: ControlDatabase,
    private readonly templates: TemplateDatabases,
    private readonly turns: IsolationTurns,
    private readonly roles: RoleProbe,
  ) {}

  async run(server: TenantServer): Promise<void> {
    const { id: serverId } = server;
    const turns = await this.turns.next(serverId);
    const outcomes: Outcome[] = [];
    const errors: string[] = [];
    let ended = 0;
    try {
      await assertAnswers(server);
      const { name: template } = await this.templates.ensure(server);
      for (const tenant of turns) {
        const { outcome, error, silent } = await this.roles.turnOf(tenant, server, template);
        ended++;
        if (outcome !== undefined) outcomes.push(outcome);
        if (error !== undefined) errors.push(`${tenant.slug}: ${error}`);
        if (silent === true) break;
      }
    } catch (error) {
      errors.unshift(describeFailure(error));
    }
    const notTried = turns.length - ended;
    if (notTried > 0)
      this.log.warn(`The server ${serverId} was left alone: ${notTried} tenants have no turn at this look`);
    const [first, ...others] = errors;
    const seen = {
      tenants: outcomes.length,
      attempts: outcomes.reduce((sum, { attempts }) => sum + attempts, 0),
      notTried,
      error: first === undefined ? null : `${first}${others.length === 0 ? '' : ` (and ${others.length} more)`}`,
    };
    const data = { ...seen, ...(ended === 0 && notTried > 0 ? {} : { checkedAt: new Date() }) };
    await this.control.client.isolationCheck.upsert({
      where: { serverId },
      create: { serverId, ...data },
      update: data,
    });
  }
}
