import { expect } from '@jest/globals';
import type { Answer, Caller } from '@helpdeskly/testing';
import { importedAs } from './archives.js';
import { formOf } from './files.js';
import { walk } from './helpdesk.js';

/** Uploads an archive. */
export const send = (admin: Caller, zip: Buffer): Promise<Answer> => admin.post('/imports', formOf(zip, 'export.zip'));

/** Uploads an archive and waits until the dry run has ended. */
export async function checked(admin: Caller, zip: Buffer): Promise<any> {
  const { status, body } = await send(admin, zip);
  expect([status, body.code]).toEqual([202, undefined]);
  return importedAs(admin, body.id, ['CHECKED', 'FAILED']);
}

/** Imports what the dry run let through, and waits until that has ended. */
export async function run(admin: Caller, id: string): Promise<any> {
  expect((await admin.post(`/imports/${id}/run`)).status).toBe(202);
  return importedAs(admin, id, ['DONE', 'FAILED']);
}

/** What was refused, by file and line. */
export const refusals = (admin: Caller, id: string) => walk(admin, `/imports/${id}/refusals?limit=2`);

/** A file of rows, as Zendesk and we write them. */
export const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
