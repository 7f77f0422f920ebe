import { TransactionScope, type TransactionOptions } from '@helpdeskly/database';
import { Prisma, type PrismaClient, type TenantClient, type TextRow } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { TenantContext } from './tenant-context.js';

/** The current tenant's client, or the open transaction. */
export type TenantPrisma = PrismaClient | Prisma.TransactionClient;

/**
 * Runs a read of SQL: the current tenant's database past Prisma, or anything with Prisma's `$queryRaw`. For columns of types that pg reads
 * correctly (see TenantClient.select).
 */
export interface SqlReader {
  $queryRaw<Rows>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): PromiseLike<Rows>;
}

/** The current tenant's database. Without a current tenant everything here throws NoCurrentTenant. */
@Injectable()
export class TenantDatabase {
  private readonly scope = new TransactionScope<Prisma.TransactionClient>();

  /** For hot reads that are written in SQL (see `select`). It joins the open transaction. */
  readonly reader: SqlReader = {
    $queryRaw: <Rows>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) =>
      this.select('sql' in query ? query : new Prisma.Sql(query, values)) as Promise<Rows>,
  };

  constructor(private readonly context: TenantContext) {}

  get client(): TenantPrisma {
    return this.transactionOf(this.context.current.client) ?? this.context.current.client.prisma;
  }

  /** A hot read without Prisma's reading of columns (see TenantClient.select). It joins the open transaction. */
  select<Row>({ text, values }: Prisma.Sql, planned?: 'once' | 'each time'): Promise<Row[]> {
    const { client } = this.context.current;
    const tx = this.transactionOf(client);
    return tx === undefined ? client.select<Row>(text, values, planned) : tx.$queryRawUnsafe<Row[]>(text, ...values);
  }

  /** The cheapest read: of texts alone (see TenantClient.texts). It joins the open transaction. */
  async texts({ text, values }: Prisma.Sql, planned?: 'once' | 'each time'): Promise<readonly TextRow[]> {
    const { client } = this.context.current;
    const tx = this.transactionOf(client);
    if (tx === undefined) return client.texts(text, values, planned);
    const rows = await tx.$queryRawUnsafe<Record<string, string>[]>(text, ...values);
    return rows.map((row) => Object.values(row));
  }

  /**
   * Runs `work` in a transaction, or joins the open one. If `work` throws, that transaction does not commit. May run `work` again
   * after a deadlock.
   */
  transaction<T>(work: (tx: Prisma.TransactionClient) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.scope.run(this.context.current.client, work, options);
  }

  /** Like `transaction`. Within an open transaction, an error undoes only what `work` did, and that transaction may continue. */
  attempt<T>(work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.scope.attempt(this.context.current.client, work);
  }

  /** Runs `effect` once the open transaction has committed; at once if there is none. */
  afterCommit(effect: () => void | Promise<void>): Promise<void> {
    return this.scope.afterCommit(effect);
  }

  private transactionOf(client: TenantClient): Prisma.TransactionClient | undefined {
    const current = this.scope.current(client);
    return current === client ? undefined : (current as Prisma.TransactionClient);
  }
}
