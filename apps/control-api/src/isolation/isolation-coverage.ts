import type { ControlDatabase, DatabaseServer, IsolationCheck } from '@helpdeskly/catalog';
import { isServed } from '../tenant-status/tenant-policy.js';
import { roundMs, undecidedTurns } from './isolation-turns.js';

/** Which tenants and servers have a current result. */
export interface Coverage {
  readonly servers: readonly (DatabaseServer & { readonly isolationCheck: IsolationCheck | null })[];
  /** How many ACTIVE tenants have had no turn with a result within the hour. */
  readonly overdue: number;
  /** Whether every server and every tenant has had a probe with a result within the hour. */
  readonly isComplete: boolean;
}

export async function coverageOf({ client }: ControlDatabase): Promise<Coverage> {
  const since = new Date(Date.now() - roundMs);
  const [servers, overdue, undecided] = await Promise.all([
    client.databaseServer.findMany({
      where: { state: { not: 'OFFLINE' } },
      include: { isolationCheck: true },
      orderBy: { name: 'asc' },
    }),
    // A tenant that became ACTIVE within the hour still has time for its first turn.
    client.tenant.count({
      where: {
        status: { in: isServed.statuses },
        accessOpen: true,
        activatedAt: { lt: since },
        server: { state: { not: 'OFFLINE' } },
        OR: [
          { isolationTurn: null },
          { isolationTurn: { triedAt: null } },
          { isolationTurn: { triedAt: { lt: since } } },
        ],
      },
    }),
    client.isolationTurn.count({ where: undecidedTurns }),
  ]);
  const isFresh = servers.every(
    ({ isolationCheck: check }) => check?.error === null && (check.checkedAt?.getTime() ?? 0) > since.getTime(),
  );
  return { servers, overdue, isComplete: isFresh && overdue === 0 && undecided === 0 };
}
