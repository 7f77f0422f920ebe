import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from, to } from 'pg-copy-streams';

/** Copies the rows that `query` finds in one database into a table of another, named with its columns. */
export async function copyRows(source: ClientBase, query: string, target: ClientBase, into: string): Promise<void> {
  await pipeline(source.query(to(`COPY (${query}) TO STDOUT`)), target.query(from(`COPY ${into} FROM STDIN`)));
  await source.query('SELECT'); // Its answer comes after that of COPY.
}
