import { runMigrations } from 'bullmq';
import type { ClientBase } from 'pg';

/** The schema of app-api's queues in the control database, separate from the control plane's, which app-api's role must not reach. */
export const appQueueSchema = 'app_queues';

/** Creates or updates BullMQ's tables, in its own schema or in `schema`. `client` may create schemas. */
export async function prepareQueues(client: ClientBase, schema?: string): Promise<void> {
  await runMigrations(client, schema);
}
