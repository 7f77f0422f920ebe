import { keepalives } from '@helpdeskly/database';
import pg from 'pg';

/** How a server is reached. */
export const reaching = { connectionTimeoutMillis: 5000, keepAlive: true } as const;

/** A plain connection, for COPY; its statements may take as long as they need. The caller ends it. */
export async function openPlainConnection(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    ...reaching,
    options: keepalives,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'helpdeskly-archive',
  });
  await client.connect();
  return client;
}
