import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, until, type Answer, type Caller, type System } from '@helpdeskly/testing';
import { download, exported, importedAs, zipOf } from './archives.js';
import { formOf, stored, upload } from './files.js';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
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

  it('may have names of 255 characters', async () => {
    const { admin } = await openHelpdesk(system);
    const name = `${'u'.repeat(244)}-users.json`;
    expect((await checked(admin, await zipOf({ [name]: JSON.stringify([person]) }))).status).toBe('CHECKED');
  });
});

describe('files of an archive', () => {
  it('take no more than the room that is left, those of one batch together', async () => {
    const from = await openHelpdesk(system);
    const { id } = await openTicket(from.customer);
    for (const text of ['one', 'two', 'six'])
      await reply(from.agent, id, { body: text, attachmentIds: [(await upload(from.agent, text.repeat(100))).id] });
    const { result } = await exported(from.admin);
    const answer = await download(system, from.tenant, result.url, { ...from.admin.headers });
    const desk = await openHelpdesk(system);
    const looked = await checked(desk.admin, Buffer.from(await answer.arrayBuffer()));
    expect(looked.result).toMatchObject({ accepted: { files: 3 }, refused: 0 });
    const limits = { storageBytes: 700 };
    expect((await system.operator.patch(`/tenants/${desk.tenant.id}`, { limits })).status).toBe(200);
    await until(async () => (await desk.admin.get('/settings/usage')).body.limits.storageBytes === 700);
    expect((await desk.admin.post(`/imports/${looked.id}/run`)).status).toBe(202);
    const done = await importedAs(desk.admin, looked.id, ['DONE', 'FAILED']);
    expect(done).toMatchObject({ status: 'DONE', result: { accepted: { files: 2 }, refused: 1 } });
    const { body } = await desk.admin.get(`/imports/${looked.id}/refusals`);
    expect(body.data.map(({ file, code }: any) => [file, code])).toEqual([['files.jsonl', 'storage_limit']]);
  });
});
