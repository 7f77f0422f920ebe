// npm run ops -- <command>: the operators' command line (apps/ops), compiled when its sources have changed.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bring, root } from './bring.mjs';

await bring((step) => process.stderr.write(`  … ${step}\n`));
await import(pathToFileURL(join(root, 'apps/ops/dist/main.js')).href);
