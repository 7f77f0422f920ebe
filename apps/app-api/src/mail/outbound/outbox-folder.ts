import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A mail that left into the folder. */
export interface KeptMail {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** As a relay would have got it. */
  readonly source: string;
}

const most = 200;
/** The name of a file, which begins with the time. */
const idForm = /^\d{13}-[0-9a-f]{12}$/;

/** A folder with the last mails that left, in place of a relay, for whoever works on one machine. They hold secrets: it is its owner's alone. */
export class OutboxFolder {
  constructor(private readonly folder: string) {}

  /** Whole or not at all. */
  async put(mail: KeptMail): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const id = `${String(Date.now()).padStart(13, '0')}-${randomBytes(6).toString('hex')}`;
    const part = join(this.folder, `.${id}`);
    await writeFile(part, JSON.stringify(mail), { mode: 0o600, flush: true });
    await rename(part, join(this.folder, id));
    for (const old of (await this.ids()).slice(most)) await rm(join(this.folder, old), { force: true });
  }

  /** The newest first. */
  async list(): Promise<{ readonly id: string; readonly mail: KeptMail }[]> {
    const found = await Promise.all((await this.ids()).map(async (id) => ({ id, mail: await this.find(id) })));
    return found.flatMap(({ id, mail }) => (mail === undefined ? [] : [{ id, mail }]));
  }

  /** Undefined when there is none, or no more. */
  async find(id: string): Promise<KeptMail | undefined> {
    if (!idForm.test(id)) return undefined;
    try {
      return JSON.parse(await readFile(join(this.folder, id), 'utf8')) as KeptMail;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  private async ids(): Promise<string[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.filter((name) => idForm.test(name)).sort((a, b) => (a < b ? 1 : -1));
  }
}
