import { ConfigError, readOpsConfig } from '@helpdeskly/config';
import { openInBrowser } from './browser.js';
import { exits } from './exits.js';
import { run } from './run.js';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.stdout.on('error', () => process.exit(exits.done)); // Whoever reads the output has seen enough.

try {
  process.exitCode = await run(process.argv.slice(2), {
    config: readOpsConfig(),
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    isTyped: process.stdin.isTTY,
    isRead: process.stdout.isTTY,
    columns: process.stdout.columns ?? 120,
    open: openInBrowser,
    signal: stop.signal,
  });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exits.usage;
}
process.stdin.destroy(); // It would keep the process.
