import { setTimeout as sleep } from 'node:timers/promises';
import { sqlState } from '@helpdeskly/database';

const attempts = 12;

/**
 * Repeats a repeatable DDL statement while PostgreSQL refuses it only because another session runs similar DDL at the same
 * moment: shared catalogs (`pg_database`, `pg_authid`, …) have no row locks for which DDL would wait.
 */
export async function despiteContention<T>(ddl: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ddl();
    } catch (error) {
      if (attempt === attempts || !isContention(error)) throw error;
      await sleep(Math.random() * Math.min(20 * attempt, 200));
    }
  }
}

/** Whether PostgreSQL refused DDL only because another session ran similar DDL at the same moment. */
export function isContention(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  switch (sqlState(error)) {
    case 'XX000':
      return /tuple concurrently (updated|deleted)/.test(message);
    case '23505':
      return /"pg_\w+_index"/.test(message);
    case '55006': // object_in_use: a template that something is connected to
    case '40P01': // deadlock_detected
      return true;
    default:
      return false;
  }
}
