import { runMigrations } from 'bullmq';
import type { ClientBase } from 'pg';

/** Where app-api's queues are in the control database: apart from the control plane's, which its role must not reach. */
export const appQueueSchema = 'app_queues';

/** Makes BullMQ's tables, or brings them up to date: in its own schema, or in `schema`. `client` may create schemas. */
export async function prepareQueues(client: ClientBase, schema?: string): Promise<void> {
  await runMigrations(client, schema);
}
