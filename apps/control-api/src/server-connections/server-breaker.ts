import { isConnectionFailure, isQueryTimeout, sqlState } from '@helpdeskly/database';

const restMs = 3000;

/** Raised at once for a server that did not answer a moment ago. */
export class ServerRests extends Error {
  constructor() {
    super('the database server did not answer a moment ago');
    this.name = 'ServerRests';
  }
}

/**
 * Keeps tasks for a server that does not answer from occupying all workers. After a failed connection, one
 * task at a time checks whether the server is back; the others fail at once, and run again later.
 */
export class ServerBreaker {
  private readonly restsUntil = new Map<string, number>();

  /** Whether another task is checking the server, so that the others must wait. */
  rests(serverId: string): boolean {
    return performance.now() < (this.restsUntil.get(serverId) ?? 0);
  }

  /** Throws ServerRests, and what `work` throws. */
  async run<T>(serverId: string, work: () => Promise<T>): Promise<T> {
    const until = this.restsUntil.get(serverId);
    if (until !== undefined && performance.now() < until) throw new ServerRests();
    if (until !== undefined) this.restsUntil.set(serverId, Infinity); // Until this task has checked.
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

  /**
   * For work of minutes, after `run` has reached the server: it does not keep others from the server, but tells them if the server goes
   * away. Throws what `work` throws.
   */
  async beside<T>(serverId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isServerAway(error) && !this.rests(serverId)) this.restsUntil.set(serverId, performance.now() + restMs);
      throw error;
    }
  }
}

/** Whether the whole server is away, not only a database or role: crash_shutdown, cannot_connect_now, class 08, or no answer. */
export function isServerAway(error: unknown): boolean {
  if (isOfControl(error)) return false;
  const state = sqlState(error);
  if (state !== undefined) return state.startsWith('08') || state === '57P02' || state === '57P03';
  return isConnectionFailure(error) || isQueryTimeout(error);
}

/** Whether it was the control database that failed; only Prisma connects to that. */
export function isOfControl(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++)
    if ('clientVersion' in at || at.name === 'DriverAdapterError') return true;
  return false;
}
