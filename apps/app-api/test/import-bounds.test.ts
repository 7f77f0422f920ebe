import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, until, type Answer, type Caller, type System } from '@helpdeskly/testing';
import { importedAs, zipOf } from './archives.js';
import { formOf, stored } from './files.js';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

let system: System;

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { TRANSFER_SURVEY: '1s' } });
});
afterAll(() => system?.close());

const at = '2020-01-02T00:00:00Z';
const person = { id: 1, name: 'Zoe', email: 'zoe@customer.example', role: 'end-user', created_at: at, updated_at: at };
const usersZip = () => zipOf({ 'users.json': `${JSON.stringify(person)}\n` });
const send = (admin: Caller, zip: Buffer): Promise<Answer> => admin.post('/imports', formOf(zip, 'export.zip'));

async function checked(admin: Caller, zip: Buffer): Promise<any> {
  const { status, body } = await send(admin, zip);
  expect([status, body.code]).toEqual([202, undefined]);
  return importedAs(admin, body.id, ['CHECKED', 'FAILED']);
}

const change = ({ tenant }: Helpdesk, id: string, set: string) =>
  inDatabase(tenant, `UPDATE "DataImport" SET ${set} WHERE "id" = $1`, [id]);
const idsOf = async ({ tenant }: Helpdesk): Promise<string[]> =>
  (await inDatabase(tenant, 'SELECT "id" FROM "DataImport" ORDER BY "id"')).map(({ id }) => id);

describe('an archive', () => {
  it('is not looked at while another import is under way', async () => {
    const desk = await openHelpdesk(system);
    const { id } = await checked(desk.admin, await usersZip());
    await change(desk, id, `"status" = 'RUNNING', "dueAt" = now() + interval '1 hour'`);
    expect(refusal(await send(desk.admin, Buffer.from('no archive at all')))).toEqual([409, 'run_in_progress']);
    expect([await idsOf(desk), await stored(system, desk.tenant)]).toEqual([[id], [id]]);
  });

  it('arrives alone, but one that nobody hears of any more makes room', async () => {
    const desk = await openHelpdesk(system);
    const { id } = await checked(desk.admin, await usersZip());
    await change(desk, id, `"status" = 'UPLOADING', "dueAt" = now() + interval '1 hour'`);
    expect(refusal(await send(desk.admin, await usersZip()))).toEqual([409, 'run_in_progress']);
    expect([await idsOf(desk), await stored(system, desk.tenant)]).toEqual([[id], [id]]);
    await change(desk, id, `"dueAt" = now()`);
    expect((await checked(desk.admin, await usersZip())).status).toBe('CHECKED');
    await until(async () => !(await idsOf(desk)).includes(id));
  });
});
