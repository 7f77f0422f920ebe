import { sqlState } from '@helpdeskly/database';

/** Whether the other side ended an open connection. */
export function wasCutOff(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return state === '57P01' || state === '57P02'; // admin_shutdown, crash_shutdown
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 'ECONNRESET' || code === 'EPIPE' || message === 'Connection terminated unexpectedly';
}
