import { until, type System, type User } from '@helpdeskly/testing';

export const readBackup = async ({ operator }: Pick<System, 'operator'>, id: string): Promise<any> =>
  (await operator.get(`/backups/${id}`)).body;

/** A tenant's backup, when it is done. */
export async function backUp(system: Pick<System, 'operator'>, tenant: { readonly id: string }): Promise<any> {
  const { body } = await system.operator.post(`/tenants/${tenant.id}/backups`);
  await until(
    async () => (await readBackup(system, body.id)).status === 'DONE',
    () => readBackup(system, body.id),
  );
  return readBackup(system, body.id);
}

/** The bytes of a file, by the link that its reader gets. */
export async function contentOf(
  { app }: Pick<System, 'app'>,
  by: Pick<User, 'post'>,
  slug: string,
  id: string,
): Promise<string> {
  const { body } = await by.post(`/attachments/${id}/download-url`);
  const { pathname, search } = new URL(body.url);
  return (await fetch(app.origin + pathname + search, { headers: { 'x-tenant-slug': slug } })).text();
}
