import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation, type Caller } from '@helpdeskly/testing';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(installation.controlConfig({ RECONCILIATION_INTERVAL: '0s' }));
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

const csv = { headers: { 'content-type': 'text/csv' } };
const send = (text: string, query = '', more: Record<string, string> = {}) =>
  owner.post(`/tenants/import${query}`, text, { headers: { ...csv.headers, ...more } });
const header = 'name,slug,admin.email,admin.name';
const rowOf = (slug: string, name = 'Acme Inc.') => `${name},${slug},admin@${slug}.test,Ada`;
const linesOf = (text: string) => text.trimEnd().split('\r\n');
const statusesIn = ({ body }: { body: any }) => body.results.map(({ status }: any) => status);

describe('the export of tenants', () => {
  it('is a CSV file of what the filters find, which runs no formula', async () => {
    const slug = newSlug('csv');
    const name = '=HYPERLINK("http://evil.test","Acme, ""Inc.""")';
    const { body: tenant } = await owner.post(
      '/tenants',
      tenantInput(slug, { name, limits: { maxConnections: 7 } }),
      wait,
    );
    await owner.post('/tenants', tenantInput(newSlug('other')), wait);
    const { status, headers, text } = await owner.get(`/tenants.csv?q=${slug}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('content-disposition')).toBe('attachment; filename="tenants.csv"');
    const [names = '', line = '', ...others] = linesOf(text);
    expect(others).toEqual([]);
    expect(names).toMatch(/^id,slug,name,status,statusReason,plan,limits\.maxConnections,/);
    expect(line.startsWith(`${tenant.id},${slug},"'=HYPERLINK(`)).toBe(true);
    expect(line).toContain(',ACTIVE,,standard,7,');
    expect(text).not.toMatch(/argon2|secret|postgres:/i);
  });

  it('has every tenant once, in the order that was asked for, however many pages it takes', async () => {
    const [like] = await installation.query<{ id: string }>('SELECT "id" FROM "Tenant" LIMIT 1');
    await installation.query(
      `INSERT INTO "Tenant" ("id", "slug", "name", "plan", "status", "serverId", "databaseName", "roleName", "roleSecret",
                             "dataKeySecret", "adminEmail", "adminName", "maxConnections", "requestsPerMinute", "maxStorageBytes")
       SELECT uuidv7(), 'many-' || n, 'Same name', 'standard', 'INACTIVE', t."serverId", 'many_' || n, 'many_' || n,
              t."roleSecret", t."dataKeySecret", 'a@b.test', 'Ada', 20, 900, 1000
         FROM "Tenant" t, generate_series(1, 600) n WHERE t."id" = $1`,
      [like?.id],
    );
    const { text } = await owner.get('/tenants.csv?status=inactive&sort=name');
    const slugs = linesOf(text)
      .slice(1)
      .map((line) => line.split(',')[1]);
    expect(slugs).toHaveLength(600);
    expect(new Set(slugs).size).toBe(600);
    await installation.query(`DELETE FROM "Tenant" WHERE "slug" LIKE 'many-%'`);
  });

  it('refuses what the list would refuse, and pages', async () => {
    for (const query of ['status=LOST', 'nobody=1', 'limit=3', 'sort=plan'])
      expect((await owner.get(`/tenants.csv?${query}`)).body.code).toBe('validation_failed');
    expect((await api.anonymous().get('/tenants.csv')).status).toBe(401);
  });
});

describe('the import of tenants', () => {
  it('says in a dry run what each row would become, and creates nothing', async () => {
    const [good, taken, twice] = [newSlug(), newSlug(), newSlug()];
    await owner.post('/tenants', tenantInput(taken, { name: 'Somebody else' }));
    const text = [
      `${header},plan,limits.maxConnections`,
      `${rowOf(good)},,7`,
      `${rowOf(taken)},,`,
      `,Bad Slug,nobody,Ada,,1`,
      `${rowOf(twice)},,`,
      `${rowOf(twice)},,`,
      `${rowOf(newSlug())},unheard-of,`,
      rowOf(newSlug()),
    ].join('\n');
    const dry = await send(text, '?dryRun=true');
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({ dryRun: true, changed: 2, refused: 5 });
    expect(statusesIn(dry)).toEqual([202, 409, 400, 202, 409, 422, 400]);
    const [first, , wrong] = dry.body.results;
    expect(first).toEqual({ position: 1, id: good, slug: good, status: 202, changed: true });
    const fields = wrong.problem.errors.map(({ field }: any) => field).sort();
    expect(fields).toEqual(['admin.email', 'limits.maxConnections', 'name', 'slug']);
    expect((await owner.get(`/tenants/${good}`)).status).toBe(404);
  });

  it('creates tenants by the usual path, and nothing when it is sent again', async () => {
    const [first, second] = [newSlug(), newSlug()];
    const text = `\ufeff${header};limits.requestsPerMinute\r\n${rowOf(first, '"Acme; ""Inc."""')};50\r\n`
      .replaceAll(',', ';')
      .concat(`'=Two;${second};admin@${second}.test;Ada;\r\n`);
    const created = await send(text);
    expect(statusesIn(created)).toEqual([202, 202]);
    expect(created.body.results[0].tenant).toMatchObject({ slug: first, status: 'PROVISIONING' });
    expect((await owner.get(`/tenants/${first}`)).body).toMatchObject({
      name: 'Acme; "Inc."',
      limits: { requestsPerMinute: 50 },
    });
    expect((await owner.get(`/tenants/${second}`)).body.name).toBe('=Two');
    const again = await send(text);
    expect([statusesIn(again), again.body.changed, again.body.unchanged]).toEqual([[200, 200], 0, 2]);
    await expect(active(first)).resolves.toMatchObject({ status: 'ACTIVE' });
    const { data } = (await owner.get(`/tenants/${first}/events`)).body;
    expect(data.filter(({ action }: any) => action === 'tenant.created')).toHaveLength(1);
  });

  it('takes what was exported', async () => {
    const slug = newSlug('back');
    await owner.post('/tenants', tenantInput(slug, { name: '+1 Acme' }), wait);
    const { text } = await owner.get(`/tenants.csv?q=${slug}`);
    expect(statusesIn(await send(text))).toEqual([200]);
    const other = text.replaceAll(slug, `${slug}-2`);
    expect(statusesIn(await send(other))).toEqual([202]);
    expect((await owner.get(`/tenants/${slug}-2`)).body.name).toBe('+1 Acme');
  });

  it('is done once for each Idempotency-Key', async () => {
    const slug = newSlug();
    const key = { 'idempotency-key': newSlug() };
    const once = await send(`${header}\n${rowOf(slug)}\n`, '', key);
    const again = await send(`${header}\n${rowOf(slug)}\n`, '', key);
    expect([again.headers.get('idempotency-replayed'), again.body]).toEqual(['true', once.body]);
    expect((await send(`${header}\n${rowOf(newSlug())}\n`, '', key)).body.code).toBe('idempotency_key_reused');
  });

  it('counts the room that is left over all rows of a dry run', async () => {
    await installation.query('UPDATE "DatabaseServer" SET "maxTenants" = (SELECT count(*) FROM "Tenant") + 1');
    const text = [header, rowOf(newSlug()), rowOf(newSlug())].join('\n');
    expect(statusesIn(await send(text, '?dryRun=true'))).toEqual([202, 503]);
    expect(statusesIn(await send(text))).toEqual([202, 503]);
    await installation.query('UPDATE "DatabaseServer" SET "maxTenants" = 2000');
  });

  it('goes on in the background for more than 100 rows', async () => {
    const plan = ',unheard-of';
    const slug = newSlug();
    const rows = Array.from({ length: 100 }, () => `${rowOf(newSlug())}${plan}`);
    const { status, headers, body } = await send([`${header},plan`, ...rows, `${rowOf(slug)},`, 'x'].join('\n'));
    expect([status, headers.get('location')]).toEqual([202, `/api/v1/bulk-runs/${body.id}`]);
    expect(body).toMatchObject({ action: 'import', progress: { total: 102 } });
    for (;;) {
      const { body: run } = await owner.get(`/bulk-runs/${body.id}`);
      if (run.status === 'RUNNING') continue;
      expect(run).toMatchObject({ status: 'DONE', result: { changed: 1, refused: 101 } });
      break;
    }
    await expect(active(slug)).resolves.toMatchObject({ status: 'ACTIVE' });
    const kept = await installation.query('SELECT FROM "BulkRunItem" WHERE "input" IS NOT NULL');
    expect(kept).toEqual([]);
  });

  it.each([
    ['', '(body)'],
    [header, '(body)'],
    [`${header},nobody\n${rowOf('ab')},x\n`, '(header)'],
    [`${header},slug\n${rowOf('ab')},x\n`, '(header)'],
    ['name,slug\nAcme,ab\n', '(header)'],
    [`${header}\n"Acme,ab\n`, '(body)'],
    [`${header}\nAc\u0000me,ab,x,y\n`, '(body)'],
  ])('is refused as %j', async (text, field) => {
    const { status, body } = await send(text);
    expect([status, body.code, body.errors[0].field]).toEqual([400, 'validation_failed', field]);
  });

  it('is refused in another form, and to those who only read', async () => {
    expect((await owner.post('/tenants/import', { name: 'x' })).status).toBe(415);
    expect((await owner.post('/tenants', 'name\nx', csv)).status).toBe(415);
    expect((await send(header, '?dryRun=maybe')).body.errors[0].field).toBe('dryRun');
    const latin = new Uint8Array([...Buffer.from(`${header}\nCaf`), 0xe9]);
    expect((await owner.post('/tenants/import', latin, csv)).body.code).toBe('malformed_request');
    const { body } = await owner.post('/api-keys', { name: 'reads', role: 'VIEWER' });
    const viewer = api.with(body.key);
    expect((await viewer.post('/tenants/import', `${header}\n${rowOf(newSlug())}\n`, csv)).status).toBe(403);
    expect((await viewer.get('/tenants.csv')).status).toBe(200);
  });
});

async function active(slug: string): Promise<any> {
  for (;;) {
    const { body } = await owner.get(`/tenants/${slug}`);
    if (body.status !== 'PROVISIONING') return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
