// npm start: brings what is missing, then runs Helpdeskly in this very process.
import { bring, root } from './bring.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

try {
  await bring((step) => console.log(`  … ${step}`));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import(pathToFileURL(join(root, 'apps/local/dist/main.js')).href);
