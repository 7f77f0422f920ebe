import type { Client, ClientBase } from 'pg';
import { from, to } from 'pg-copy-streams';
import { pipeline } from 'node:stream/promises';
import { Tally } from './content.js';

/** What a session needs so that COPY writes and reads the same text everywhere, in the order in which rows lie in their table. */
const settings = `
  SET client_encoding = 'UTF8'; SET timezone = 'UTC'; SET datestyle = 'ISO, MDY'; SET intervalstyle = 'postgres';
  SET bytea_output = 'hex'; SET extra_float_digits = 1; SET synchronize_seqscans = off; SET search_path = public;
  SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '3s';`;

const bufferBytes = 1024 * 1024;

/** Opens a plain connection to the database, without a pooler; `closeAbruptly` ends it. */
export type Connect = () => Promise<Client>;

/** A connection for COPY, as the role that owns the tables; `before` is said as the one that connects. */
export async function connectToCopy(connect: Connect, asRole?: string, before = ''): Promise<Client> {
  const client = await connect();
  client.on('error', () => undefined); // A connection that is lost while it is idle: its next query fails.
  try {
    const become = asRole === undefined ? '' : `SET ROLE ${client.escapeIdentifier(asRole)};`;
    await client.query(`${settings} ${before} ${become}`);
    return client;
  } catch (error) {
    closeAbruptly(client);
    throw error;
  }
}

/** Cuts a connection whatever it is doing: in the middle of a COPY it would never end by itself. */
export function closeAbruptly(client: Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

export interface CopiedTable {
  /** `public` if it does not say. */
  readonly schema?: string;
  readonly name: string;
  readonly columns: readonly string[];
}

/** As SQL names it. */
export function nameOf(client: ClientBase, { schema = 'public', name }: Omit<CopiedTable, 'columns'>): string {
  return `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`;
}

function target(client: ClientBase, table: CopiedTable): string {
  return `${nameOf(client, table)} (${table.columns.map((column) => client.escapeIdentifier(column)).join(', ')})`;
}

/** The rows of a table as COPY's text. The connection is free again when this has ended and another query was answered. */
export function copyOut(client: Client, table: CopiedTable) {
  return client.query(to(`COPY ${target(client, table)} TO STDOUT`, { highWaterMark: bufferBytes }));
}

/** Replaces the rows of a table, in one transaction; returns how many it has now. */
export async function copyIn(client: Client, table: CopiedTable, text: AsyncIterable<Buffer>): Promise<number> {
  await client.query(`BEGIN; TRUNCATE ${nameOf(client, table)};`);
  // FREEZE: nobody else sees the table yet. A table that was emptied in the same transaction keeps the order of its rows.
  const rows = await copyInto(client, table, text, 'WITH (FREEZE)');
  await client.query('COMMIT');
  return rows;
}

/** Adds rows to a table, in the transaction that the client is in; returns how many. `how`: options of COPY. */
export async function copyInto(
  client: Client,
  table: CopiedTable,
  text: AsyncIterable<Buffer>,
  how = '',
): Promise<number> {
  const rows = client.query(from(`COPY ${target(client, table)} FROM STDIN ${how}`, { highWaterMark: bufferBytes }));
  await pipeline(text, rows);
  return rows.rowCount;
}

/** How many rows a table has, and the SHA-256 of their text in the order in which they lie. */
export async function fingerprint(
  client: Client,
  table: CopiedTable,
): Promise<{ rows: number; bytes: number; sha256: string }> {
  const text = copyOut(client, table);
  const tally = new Tally();
  for await (const chunk of text as AsyncIterable<Buffer>) tally.add(chunk);
  await client.query('SELECT'); // Its answer comes after that of COPY, which says how many rows there were.
  return { rows: text.rowCount, bytes: tally.bytes, sha256: tally.digest() };
}
