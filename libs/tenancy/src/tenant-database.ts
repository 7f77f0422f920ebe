import { TransactionScope, type TransactionOptions } from '@helpdeskly/database';
import type { Prisma, PrismaClient } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { TenantContext } from './tenant-context.js';

/** The current tenant's client, or the transaction that is open here. */
export type TenantPrisma = PrismaClient | Prisma.TransactionClient;

/** The current tenant's database. Outside of any tenant everything here throws NoCurrentTenant. */
@Injectable()
export class TenantDatabase {
  private readonly scope = new TransactionScope<Prisma.TransactionClient>();

  constructor(private readonly context: TenantContext) {}

  get client(): TenantPrisma {
    return this.scope.current<PrismaClient>(this.context.current.prisma);
  }

  /** A hot read, past Prisma's reading of columns (see TenantClient.select); within a transaction, as part of it. */
  select<Row>({ text, values }: Prisma.Sql, planned?: 'once' | 'each time'): Promise<Row[]> {
    const { prisma, select } = this.context.current;
    const tx = this.scope.current<PrismaClient>(prisma);
    return tx === prisma ? select<Row>(text, values, planned) : tx.$queryRawUnsafe<Row[]>(text, ...values);
  }

  /**
   * Runs `work` in a transaction, or in the one that is open here, which is not committed when this throws. May run it again
   * after a deadlock.
   */
  transaction<T>(work: (tx: Prisma.TransactionClient) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.scope.run(this.context.current.prisma, work, options);
  }

  /** As `transaction`; within an open one, what `work` did is undone when it throws, and that one may go on. */
  attempt<T>(work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.scope.attempt(this.context.current.prisma, work);
  }

  /** Runs `effect` once the transaction that is open here has committed; at once when there is none. */
  afterCommit(effect: () => void | Promise<void>): Promise<void> {
    return this.scope.afterCommit(effect);
  }
}
