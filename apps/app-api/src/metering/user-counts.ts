import type { CatalogTenant } from '@helpdeskly/catalog';
import { TenantCatalog } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { BackgroundTenants } from '../edge/background-tenants.js';

/** How many tenants' users are counted in one run; the others wait for the next. */
const mostAtOnce = 200;
/** A tenant whose database does not answer is asked again in this many runs, then with its next change. */
const attempts = 30;

interface Count {
  readonly users: number;
  /** In PostgreSQL's form: JavaScript's has no microseconds. */
  readonly at: string;
}

/** Whose users have to be counted again, because they may have changed. */
@Injectable()
export class UserCounts {
  private readonly log = new Logger('UserCounts');
  /** By tenant, how often it has been tried. */
  private readonly open = new Map<string, number>();

  constructor(
    private readonly catalog: TenantCatalog,
    private readonly tenants: BackgroundTenants,
    private readonly db: TenantDatabase,
  ) {}

  want(tenantId: string): void {
    this.open.set(tenantId, 0);
  }

  /** Calls `counted` for each tenant that answers. Tenants that are not ACTIVE are left out. Throws CatalogUnavailable. */
  async count(counted: (tenantId: string, users: number, at: string) => void): Promise<void> {
    const wanted = [...this.open].slice(0, mostAtOnce);
    if (wanted.length === 0) return;
    const ids = wanted.map(([id]) => id);
    const active = await this.catalog.tenants(`WHERE t."id" = ANY($2::uuid[]) AND t."status" = 'ACTIVE'`, [ids]);
    for (const [id] of wanted) this.open.delete(id);
    const tried = new Map(wanted);
    for (const tenant of active) {
      try {
        const { users, at } = await this.usersOf(tenant);
        counted(tenant.id, users, at);
      } catch (error) {
        this.retry(tenant, (tried.get(tenant.id) ?? 0) + 1, error);
      }
    }
  }

  private async usersOf(tenant: CatalogTenant): Promise<Count> {
    return this.tenants.run(tenant, async () => {
      // Service users of API keys are DISABLED. Of two counts the one that began later has seen more, so its time is that of its beginning.
      const [row] = await this.db.client.$queryRaw<Count[]>`
        SELECT count(*)::int AS "users", statement_timestamp()::text AS "at" FROM "User" WHERE "status" <> 'DISABLED'`;
      if (row === undefined) throw new Error('a count has one row');
      return row;
    });
  }

  private retry({ id }: CatalogTenant, tries: number, error: unknown): void {
    if (tries < attempts && !this.open.has(id)) this.open.set(id, tries);
    else this.log.warn({ msg: `The users were not counted: ${describeFailure(error)}`, tenantId: id });
  }
}
