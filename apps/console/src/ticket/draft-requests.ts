import { ApiFailure } from '@helpdeskly/ui';
import { api, type Schemas, unwrap } from '../api/client.js';
import { type Draft, type DraftFile, type KeptDraft, written } from './drafts.js';
import { readMentions } from './mention-text.js';

/** A draft as the server has it. */
export type StoredDraft = Draft & { readonly version: number };

const at = (number: number) => ({ path: { id: String(number) } });
const under = (number: number, version: number) => ({ ...at(number), header: { 'If-Match': `"${version}"` } });

/** The server's draft, or undefined when it has none; `known`: files whose names need not be asked for. */
export async function fetchDraft(number: number, known: readonly DraftFile[]): Promise<StoredDraft | undefined> {
  const draft = await unwrap(api.GET('/api/v1/tickets/{id}/draft', { params: at(number) })).catch(unlessGone);
  if (draft === undefined) return undefined;
  const { body, visibility, attachmentIds, macroId, version } = draft;
  const files = await Promise.all(
    attachmentIds.map(async (id) => known.find((file) => file.id === id) ?? (await fetchFile(id))),
  );
  return { ...readMentions(body), visibility, files: files.filter((file) => file !== undefined), macroId, version };
}

async function fetchFile(id: string): Promise<DraftFile | undefined> {
  const file = await unwrap(api.GET('/api/v1/attachments/{id}', { params: { path: { id } } })).catch(unlessGone);
  return file === undefined ? undefined : { id, name: file.fileName, size: file.size };
}

/** Resolves to the new version. */
export async function writeDraft(number: number, draft: KeptDraft): Promise<number> {
  const body: Schemas['WriteDraftDto'] = written(draft);
  const { version } = await unwrap(
    api.PUT('/api/v1/tickets/{id}/draft', { params: under(number, draft.version), body }),
  );
  return version;
}

/** Resolves to 0, the version of what is not there. */
export async function deleteDraft(number: number, version: number): Promise<0> {
  if (version > 0)
    await unwrap(api.DELETE('/api/v1/tickets/{id}/draft', { params: under(number, version) })).catch(unlessGone);
  return 0;
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof ApiFailure) || error.code !== 'not_found') throw error;
}
