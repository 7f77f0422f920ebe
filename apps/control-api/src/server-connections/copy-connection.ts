import { keepalives } from '@helpdeskly/database';
import pg from 'pg';

/** A plain connection to the control database: COPY needs one. The caller ends it. */
export async function connectTo(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    options: keepalives,
    application_name: 'helpdeskly-archive',
  });
  await client.connect();
  return client;
}
