import { buffer } from 'node:stream/consumers';
import yauzl from 'yauzl';
import yazl from 'yazl';
import { until, type Caller, type System, type TestTenant } from '@helpdeskly/testing';

/** What is in an export. */
export interface Unpacked {
  readonly entries: ReadonlyMap<string, Buffer>;
  readonly manifest: any;
  readonly rows: (name: string) => any[];
}

/** Asks for an export and waits until it has ended. */
export async function exported(admin: Caller): Promise<any> {
  const { status, body } = await admin.post('/exports');
  if (status !== 202) throw new Error(`no export was begun: ${JSON.stringify(body)}`);
  return ended(admin, body.id);
}

export async function ended(admin: Caller, id: string): Promise<any> {
  let found: any;
  await until(async () => {
    found = (await admin.get(`/exports/${id}`)).body;
    return found.finishedAt !== null;
  });
  return found;
}

/** Follows the link of an export as a program does. */
export function download(
  { app }: System,
  { slug }: Pick<TestTenant, 'slug'>,
  url: string,
  headers: Record<string, string>,
): Promise<Response> {
  const { pathname, search } = new URL(url);
  return fetch(app.origin + pathname + search, { headers: { 'x-tenant-slug': slug, ...headers } });
}

export async function unpacked(zip: Buffer): Promise<Unpacked> {
  const entries = new Map<string, Buffer>();
  const file = await yauzl.fromBufferPromise(zip, { lazyEntries: true });
  for await (const entry of file.eachEntry())
    entries.set(entry.fileName, await buffer(await file.openReadStreamPromise(entry)));
  const text = (name: string) => entries.get(name)?.toString() ?? '';
  return {
    entries,
    manifest: JSON.parse(text('manifest.json')),
    rows: (name) =>
      text(`${name}.jsonl`)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
  };
}

/** A zip file of these texts. */
export function zipOf(files: Readonly<Record<string, string>>, options?: yazl.EndOptions): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end(options);
  return buffer(zip.outputStream);
}

/** Waits until an import has one of these statuses. */
export async function importedAs(admin: Caller, id: string, statuses: readonly string[]): Promise<any> {
  let found: any;
  await until(async () => {
    found = (await admin.get(`/imports/${id}`)).body;
    return statuses.includes(found.status);
  });
  return found;
}
