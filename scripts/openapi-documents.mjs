// npm run openapi: renews docs/openapi/*.json, from which the pages' types are made: a changed route shows in review, and breaks the
// build of a page that calls it. npm run check fails while they are stale, and test/openapi.test.ts compares them with running servers.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bring, root } from './bring.mjs';

const apis = {
  'app-api': async () => (await import('app-api')).describeAppApi(),
  'control-api': async () => (await import('control-api')).describeControlApi(),
};

/** What the compiled controllers say, and whether the committed file says the same. */
export async function documents() {
  return await Promise.all(
    Object.entries(apis).map(async ([name, describe]) => {
      const file = `docs/openapi/${name}.json`;
      const document = await describe();
      const text = `${JSON.stringify(document, null, 1)}\n`;
      const isStale = !existsSync(join(root, file)) || readFileSync(join(root, file), 'utf8') !== text;
      return { name, file, document, text, isStale };
    }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await bring((step) => console.log(`  … ${step}`));
  mkdirSync(join(root, 'docs/openapi'), { recursive: true });
  for (const { file, text, isStale } of await documents()) {
    if (isStale) writeFileSync(join(root, file), text);
    console.log(`${file}: ${isStale ? 'renewed' : 'as it was'}`);
  }
}
