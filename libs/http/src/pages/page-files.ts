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

/** Pages as `scripts/pages.mjs` has built them. The files are listed once, so no request can name another file. */
export class PageFiles {
  private readonly assets: ReadonlyMap<string, Asset>;
  private readonly bytes = new Map<string, Promise<Buffer>>();

  private constructor(private readonly folder: string) {
    const names = new Set(readdirSync(join(folder, 'assets')));
    this.assets = new Map(
      [...names]
        .filter((name) => types[extname(name)] !== undefined)
        .map((name) => [name, { name, type: types[extname(name)] ?? '', compressed: names.has(`${name}.br`) }]),
    );
  }

  /** Undefined while the pages are not built. */
  static in(folder: string): PageFiles | undefined {
    return existsSync(join(folder, 'index.html')) ? new PageFiles(folder) : undefined;
  }

  /** One of the pages, such as `index`, with what its `complete` puts in. */
  page(name: string, complete: (html: string) => string = (html) => html): Page {
    const body = Buffer.from(complete(readFileSync(join(this.folder, `${name}.html`), 'utf8')));
    return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` };
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
