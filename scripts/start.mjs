// npm start: brings what is missing, then runs Helpdeskly in this very process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bring, root } from './bring.mjs';

// An npm that was killed passes no signal on, and nobody would know any more what still runs here.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) {
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGTERM'), 500).unref();
}

try {
  await bring((step) => console.log(`  … ${step}`));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import(pathToFileURL(join(root, 'apps/local/dist/main.js')).href);
