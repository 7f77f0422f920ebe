import { BareCopy, emptied } from './bare-copy.js';
import { call, createTenant, databaseUrl, operatorToken, withClient, type TenantAnswer } from './clients.js';
import { seedLargeHelpdesk } from './large-helpdesk.js';
import { benchMoves } from './moves.js';
import { printTimes, timed } from './report.js';
import { startSystem, type System } from './system.js';

const rounds = 3;

/** One tenant with so many tickets and three times as many comments: its backup, its restore, and its moves under load. */
export async function benchArchives(tickets: number, isQuick: boolean): Promise<void> {
  const system = await startSystem({ POSTGRES_WAL_LEVEL: 'logical', TENANT_WARM_DATABASES: '0' });
  try {
    const operator = await operatorToken(system);
    const tenant = await createTenant(system, operator, 'bench-archived');
    const bare = await createTenant(system, operator, 'bench-bare');
    await withClient(databaseUrl(system, tenant), (client) => seedLargeHelpdesk(client, tickets));
    await new Archives(system, tickets, tenant, bare).measure();
    await benchMoves(system, tenant, bare, { tickets, rounds: isQuick ? 2 : 5 });
  } finally {
    await system.stop();
  }
}

interface Backup {
  readonly id: string;
  readonly status: string;
  readonly error: string | null;
}

class Archives {
  private token = '';

  constructor(
    private readonly system: System,
    private readonly tickets: number,
    private readonly tenant: TenantAnswer,
    private readonly bare: TenantAnswer,
  ) {}

  async measure(): Promise<void> {
    const taken = { backup: [] as number[], out: [] as number[], restore: [] as number[], into: [] as number[] };
    const copy = await BareCopy.begin();
    try {
      await withClient(databaseUrl(this.system, this.tenant), async (source) => {
        await withClient(databaseUrl(this.system, this.bare), async (target) => {
          let backup: Backup | undefined;
          for (let round = 0; round < rounds; round++) {
            this.token = await operatorToken(this.system);
            taken.out.push(await timed(() => copy.out(source)));
            taken.backup.push(await timed(async () => (backup = await this.backUp())));
          }
          for (let round = 0; round < rounds; round++) {
            this.token = await operatorToken(this.system);
            await emptied(target);
            taken.into.push(await timed(() => copy.into(target)));
            taken.restore.push(await timed(() => this.restore(backup!, round)));
          }
        });
      });
    } finally {
      await copy.end();
    }
    const name = `${this.tickets} tickets`;
    printTimes(`backup of ${name}, and COPY TO files`, taken.backup, taken.out);
    printTimes(`restore of ${name} (RTO), and COPY FROM files`, taken.restore, taken.into);
  }

  /** From its order to DONE. */
  private async backUp(): Promise<Backup> {
    let backup = await this.ask<Backup>(`tenants/${this.tenant.id}/backups`, {});
    while (backup.status === 'RUNNING') {
      await moment();
      backup = await this.ask<Backup>(`backups/${backup.id}`);
    }
    if (backup.status !== 'DONE') throw new Error(`the backup ended ${backup.status}: ${backup.error}`);
    return backup;
  }

  /** From its order until the new tenant serves; it must have every ticket. */
  private async restore({ id }: Backup, round: number): Promise<void> {
    const slug = `bench-restored-${round}`;
    let tenant = await this.ask<TenantAnswer>(`backups/${id}/restore`, { as: 'NEW', slug, name: slug });
    while (tenant.status === 'PROVISIONING') {
      await moment();
      tenant = await this.ask<TenantAnswer>(`tenants/${tenant.id}`);
    }
    const count = await withClient(databaseUrl(this.system, tenant), async (client) =>
      Number((await client.query<{ count: string }>('SELECT count(*) FROM "Ticket"')).rows[0]?.count),
    );
    if (tenant.status !== 'ACTIVE' || count !== this.tickets)
      throw new Error(`the restored tenant is ${tenant.status} with ${count} tickets`);
  }

  private async ask<T>(path: string, body?: object): Promise<T> {
    const url = `${this.system.controlApi}/api/v1/${path}`;
    const posted = body === undefined ? {} : { method: 'POST', body };
    return (await call<T>(url, { token: this.token, ...posted })).body;
  }
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 20));
