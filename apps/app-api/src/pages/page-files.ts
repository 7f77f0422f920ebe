import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** One file with a hashed name: its content never changes. */
export interface Asset {
  readonly name: string;
  readonly type: string;
  /** Whether `<name>.br` stands beside it. */
  readonly compressed: boolean;
}

/** A page as it is sent. */
export interface Page {
  readonly body: Buffer;
  readonly etag: string;
}

/** The console as `scripts/console.mjs` has built it. The files are listed once, so no request can name another file. */
export class PageFiles {
  private readonly assets: ReadonlyMap<string, Asset>;
  private readonly bytes = new Map<string, Promise<Buffer>>();

  private constructor(
    private readonly folder: string,
    /** What a tenant's host answers. */
    readonly console: Page,
    /** What every other host answers: it asks for the helpdesk's name. */
    readonly entrance: Page,
  ) {
    const names = new Set(readdirSync(join(folder, 'assets')));
    this.assets = new Map(
      [...names]
        .filter((name) => types[extname(name)] !== undefined)
        .map((name) => [name, { name, type: types[extname(name)] ?? '', compressed: names.has(`${name}.br`) }]),
    );
  }

  /** Undefined while the console is not built. `origin`: the address before whose host a helpdesk's slug goes. */
  static in(folder: string, origin: string): PageFiles | undefined {
    if (!existsSync(join(folder, 'index.html'))) return undefined;
    const entrance = readFileSync(join(folder, 'entrance.html'), 'utf8').replace('%ORIGIN%', () => encodeURI(origin));
    return new PageFiles(folder, pageOf(readFileSync(join(folder, 'index.html'))), pageOf(Buffer.from(entrance)));
  }

  asset(name: string): Asset | undefined {
    return this.assets.get(name);
  }

  /** An asset's bytes, read once. */
  read({ name }: Asset, encoding: 'br' | undefined): Promise<Buffer> {
    const file = encoding === undefined ? name : `${name}.br`;
    const known = this.bytes.get(file);
    if (known !== undefined) return known;
    const reading = readFile(join(this.folder, 'assets', file));
    this.bytes.set(file, reading);
    reading.catch(() => this.bytes.delete(file)); // The next request tries again.
    return reading;
  }
}

function pageOf(body: Buffer): Page {
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` };
}
