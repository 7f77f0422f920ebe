import { connected, urlOf, type Answer, type Caller, type TestTenant } from '@helpdeskly/testing';

/** What every user of the tests' tenants signs in with at first. */
export const password = 'a password of many words';

/** An answer as a status and a code, for those that refuse. */
export const refusal = ({ status, body }: Answer) => [status, body.code];

/** Creates a user without a password. */
export async function invited(admin: Caller, email: string, fields: object = {}): Promise<any> {
  const { status, body } = await admin.post('/users', { email, name: 'Ines Invited', role: 'CUSTOMER', ...fields });
  if (status !== 201) throw new Error(`${email} was not created: ${JSON.stringify(body)}`);
  return body;
}

/** The caller by a token of its own. */
export const bearing = (caller: Caller, token: string) => caller.with({ authorization: `Bearer ${token}` });

/** Asks a tenant's database. */
export function inDatabase(tenant: TestTenant, sql: string, values: unknown[] = []): Promise<any[]> {
  return connected(urlOf(tenant.databaseName), async (client) => (await client.query(sql, values)).rows);
}
