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

describe('an import that is over', () => {
  const ended = async (desk: Helpdesk): Promise<string> => {
    const { id } = await checked(desk.admin, await usersZip());
    await change(desk, id, `"dueAt" = now()`);
    await importedAs(desk.admin, id, ['EXPIRED']);
    await until(async () => (await inDatabase(desk.tenant, untidy, [id])).length === 0);
    return id;
  };
  const untidy = 'SELECT FROM "DataImport" WHERE "id" = $1 AND "removedAt" IS NULL';
  const refuse = ({ tenant }: Helpdesk, id: string, count: number) =>
    inDatabase(
      tenant,
      `INSERT INTO "DataImportRefusal" ("importId", "file", "line", "part", "code", "message")
       SELECT $1, 'users.json', n, 0, 'required', 'x' FROM generate_series(1, $2::int) n`,
      [id, count],
    );
  /** Writes down how many rows each statement deletes, or refuses to delete them. */
  const watch = ({ tenant }: Helpdesk, table: string, does: string) =>
    inDatabase(
      tenant,
      `CREATE TABLE IF NOT EXISTS "Deleted" ("count" integer);
       CREATE FUNCTION "watchDeleted"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN ${does}; RETURN NULL; END $$;
       CREATE TRIGGER "watchDeleted" AFTER DELETE ON "${table}" REFERENCING OLD TABLE AS gone
          FOR EACH STATEMENT EXECUTE FUNCTION "watchDeleted"()`,
    );
  const counting = 'INSERT INTO public."Deleted" SELECT count(*) FROM gone';
  const deleted = async ({ tenant }: Helpdesk) =>
    (await inDatabase(tenant, 'SELECT "count" FROM "Deleted"')).map(({ count }) => count);

  it('is tidied up in pieces', async () => {
    const desk = await openHelpdesk(system);
    const id = await ended(desk);
    await watch(desk, 'DataImportRow', counting);
    await inDatabase(
      desk.tenant,
      `INSERT INTO "DataImportRow" ("importId", "kind", "sourceId", "targetId", "made")
       SELECT $1, 'user', n, uuidv7(), false FROM generate_series(1, 10001) n`,
      [id],
    );
    await change(desk, id, '"removedAt" = NULL, "dueAt" = now()');
    await until(async () => (await inDatabase(desk.tenant, untidy, [id])).length === 0);
    expect(await deleted(desk)).toEqual([5000, 5000, 1]);
  });

  it('does not keep others from their work when it cannot be tidied up', async () => {
    const desk = await openHelpdesk(system);
    const id = await ended(desk);
    await watch(desk, 'DataImportRow', `RAISE EXCEPTION 'not now'`);
    await change(desk, id, `"removedAt" = NULL, "dueAt" = now() - interval '1 day'`);
    expect((await checked(desk.admin, await usersZip())).status).toBe('CHECKED');
    expect(await inDatabase(desk.tenant, untidy, [id])).toHaveLength(1);
    await inDatabase(desk.tenant, 'DROP TRIGGER "watchDeleted" ON "DataImportRow"');
    await change(desk, id, `"dueAt" = now()`);
    await until(async () => (await inDatabase(desk.tenant, untidy, [id])).length === 0);
  });

  it('is listed for 30 days, with what it refused', async () => {
    const desk = await openHelpdesk(system);
    const [old, young] = [await ended(desk), await ended(desk)];
    await watch(desk, 'DataImportRefusal', counting);
    for (const id of [old, young]) await refuse(desk, id, 5001);
    await change(desk, young, `"finishedAt" = now() - interval '29 days'`);
    await change(desk, old, `"finishedAt" = now() - interval '31 days'`);
    await until(async () => !(await idsOf(desk)).includes(old));
    expect((await desk.admin.get(`/imports/${old}`)).status).toBe(404);
    expect((await desk.admin.get(`/imports/${young}/refusals?limit=1&include=total`)).body.meta.total).toBe(5001);
    expect((await deleted(desk)).filter((count) => count > 0)).toEqual([5000, 1]);
  });

  it('is listed no longer when newer ones have refused 300,000 rows', async () => {
    const desk = await openHelpdesk(system);
    const [first, second, third] = [await ended(desk), await ended(desk), await ended(desk)];
    await change(desk, second, '"refused" = 300001');
    await until(async () => !(await idsOf(desk)).includes(first));
    expect(await idsOf(desk)).toEqual([second, third]);
  });
});
