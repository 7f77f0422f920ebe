import type { ApiClient } from './api-client.js';
import type { Operation } from './api-document.js';
import type { ApiRequest, Arguments } from './command-options.js';

const restoration = '/api/v1/backups/{id}/restore';

/** Whatever is a DELETE, and an archive that takes the place of a database. */
export function cannotBeUndone({ method, path }: Operation, { body }: ApiRequest): boolean {
  return method === 'DELETE' || (path === restoration && takesThePlace(body ?? ''));
}

function takesThePlace(body: string): boolean {
  try {
    return (JSON.parse(body) as { as?: unknown } | null)?.as === 'REPLACE';
  } catch {
    return false; // The API refuses what is no JSON.
  }
}

/** What is said before somebody confirms. */
export const whyToAsk = ({ path }: Operation, given: Arguments) =>
  path === '/api/v1/tenants/{id}' && given['purge'] === undefined
    ? 'locks everybody out, and can be undone only until the purge.'
    : 'cannot be undone.';

/** What is typed to confirm: the slug of the tenant that it is about, else what the command line named. */
export async function nameToType(api: ApiClient, { path }: Operation, given: Arguments): Promise<string> {
  const id = given['id'] === undefined ? 'yes' : String(given['id']);
  const of = async (folder: string) =>
    (await (await api.call({ method: 'GET', path: `/api/v1/${folder}/${encodeURIComponent(id)}` })).json()) as {
      readonly slug: string;
      readonly tenantSlug: string;
    };
  if (path.startsWith('/api/v1/tenants/{id}')) return (await of('tenants')).slug;
  if (path.startsWith('/api/v1/backups/{id}')) return (await of('backups')).tenantSlug;
  return id;
}
