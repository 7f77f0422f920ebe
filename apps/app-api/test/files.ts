import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Answer, Caller, System, TestTenant } from '@helpdeskly/testing';

/** A form with one file in it. */
export function formOf(content: string | Uint8Array, name = 'note.txt', part = 'file'): FormData {
  const form = new FormData();
  form.append(
    part,
    new Blob([typeof content === 'string' ? content : new Uint8Array(content)], { type: 'application/x-declared' }),
    name,
  );
  return form;
}

export function send(caller: Caller, content: string | Uint8Array, name?: string): Promise<Answer> {
  return caller.post('/attachments', formOf(content, name));
}

/** Uploads a file and returns what is answered. */
export async function upload(caller: Caller, content: string | Uint8Array = 'some words', name?: string): Promise<any> {
  const { status, body } = await send(caller, content, name);
  expect([status, body.code]).toEqual([201, undefined]);
  return body;
}

/** The link that a caller gets, as a path. */
export async function pathTo(caller: Caller, id: string): Promise<string> {
  const { status, body } = await caller.post(`/attachments/${id}/download-url`);
  expect(status).toBe(200);
  const { pathname, search } = new URL(body.url);
  return pathname + search;
}

/** Follows a link as a browser does: without a token. */
export function follow({ app }: System, { slug }: Pick<TestTenant, 'slug'>, path: string): Promise<Response> {
  return fetch(app.origin + path, { headers: { 'x-tenant-slug': slug } });
}

/** The names of a tenant's files in the storage folder. */
export async function stored({ installation }: System, { id }: Pick<TestTenant, 'id'>): Promise<string[]> {
  const folder = join(installation.attachmentsFolder, id);
  return (await readdir(folder).catch(() => [])).sort();
}
