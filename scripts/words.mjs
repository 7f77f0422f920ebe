// npm run words: brings the catalogs of the pages' words up to date with their sources. With --check, as npm run check calls it, it fails
// instead while they are stale, and leaves them as they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bring, root, run } from './bring.mjs';
import { pageApps } from './page-apps.mjs';

const apps = Object.keys(pageApps).map((name) => join(root, 'apps', name));

try {
  await bring((step) => console.log(`  … ${step}`));
  const before = catalogs();
  for (const app of apps) {
    const lingui = join(app, 'node_modules/@lingui/cli/dist/lingui.js');
    await run(process.execPath, [
      lingui,
      'extract',
      '--clean',
      '--workers',
      '1',
      '--config',
      join(app, 'lingui.config.mjs'),
    ]);
  }
  const stale = [...catalogs()].filter(([file, text]) => before.get(file) !== text).map(([file]) => file);
  if (process.argv.includes('--check')) {
    for (const file of stale) writeFileSync(file, before.get(file));
    if (stale.length > 0)
      throw new Error(`these catalogs are stale: ${stale.join(', ')}. Run npm run words, and translate what is new`);
  } else console.log(stale.length > 0 ? `renewed: ${stale.join(', ')}` : 'as they were');
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

function catalogs() {
  const files = apps
    .map((app) => join(app, 'src/locales'))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.po'))
        .map((name) => join(folder, name)),
    );
  return new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
}
