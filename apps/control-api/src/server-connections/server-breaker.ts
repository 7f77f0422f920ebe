import { isConnectionFailure, isQueryTimeout, sqlState } from '@helpdeskly/database';

const restMs = 3000;

/** Raised instead of waiting for a server that did not answer a moment ago. */
export class ServerRests extends Error {
  constructor() {
    super('the database server did not answer a moment ago');
    this.name = 'ServerRests';
  }
}

/**
 * Keeps the tasks of a server that does not answer from holding the places of all others: after a failure to reach it, one
 * task at a time finds out whether it is back, and the others end at once, to come back later.
 */
export class ServerBreaker {
  private readonly restsUntil = new Map<string, number>();

  /** Whether the others have to wait for whoever finds out. */
  rests(serverId: string): boolean {
    return performance.now() < (this.restsUntil.get(serverId) ?? 0);
  }

  /** Throws ServerRests, and what `work` throws. */
  async run<T>(serverId: string, work: () => Promise<T>): Promise<T> {
    const until = this.restsUntil.get(serverId);
    if (until !== undefined && performance.now() < until) throw new ServerRests();
    if (until !== undefined) this.restsUntil.set(serverId, Infinity); // Until this one has found out.
    try {
      const result = await work();
      this.restsUntil.delete(serverId);
      return result;
    } catch (error) {
      if (isServerAway(error)) this.restsUntil.set(serverId, performance.now() + restMs);
      else this.restsUntil.delete(serverId);
      throw error;
    }
  }
}

/** The server itself, and not one database or role of it: crash_shutdown, cannot_connect_now, class 08, or no answer at all. */
export function isServerAway(error: unknown): boolean {
  if (isOfControl(error)) return false;
  const state = sqlState(error);
  if (state !== undefined) return state.startsWith('08') || state === '57P02' || state === '57P03';
  return isConnectionFailure(error) || isQueryTimeout(error);
}

/** Whether it was the control database that failed, which is reached by Prisma alone. */
function isOfControl(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++)
    if ('clientVersion' in at || at.name === 'DriverAdapterError') return true;
  return false;
}
