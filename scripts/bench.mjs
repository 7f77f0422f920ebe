// npm run bench: brings what is missing, then measures.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bring, root } from './bring.mjs';

try {
  await bring((step) => console.log(`  … ${step}`));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import(pathToFileURL(join(root, 'bench/dist/main.js')).href);
