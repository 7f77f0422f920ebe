import { ConfigError, readStartConfig } from '@helpdeskly/config';
import { beginPendingMigrations } from './auto-migrate.js';
import { banner } from './banner.js';
import { openDataDir } from './data-dir.js';
import { ensureDemo } from './demo/demo.js';
import { environmentOf, planPorts, variablesSet } from './environment.js';
import { startDatabase } from './database.js';
import { progress } from './progress.js';
import { writeRuntime } from './runtime.js';
import { Services } from './services.js';
import { Stop, StartFailed } from './stop.js';

const stop = new Stop();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.ask());
// A terminal that was closed, or a pipe that nobody reads, must not keep what runs here from being stopped in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await run();
} catch (error) {
  if (!stop.asked) {
    const expected = error instanceof StartFailed || error instanceof ConfigError;
    console.error(expected ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
await stop.finish();
process.exit();

async function run(): Promise<void> {
  const config = readStartConfig();
  const given = variablesSet(config.environment);
  const data = await openDataDir(config.dataDir);
  stop.then(() => data.close());
  const ports = await planPorts(given);
  const database = await progress('PostgreSQL', () => startDatabase(given, data, stop.signal));
  stop.then(() => database.stop());
  if (stop.asked) return;
  const environment = environmentOf(given, data, database, ports);
  const services = new Services(data.folder, environment, ports, process.argv.includes('--watch'));
  stop.then(() => services.stop());
  await progress('control API and app API', () => stop.race(services.start()));
  const operator = { email: environment.BOOTSTRAP_OPERATOR_EMAIL, password: environment.BOOTSTRAP_OPERATOR_PASSWORD };
  const postgres = { adminUrl: database.inspectionUrl, controlUrl: environment.CONTROL_DATABASE_URL };
  const running = { ...services.origins, postgres, operator };
  if (config.autoMigrate) await stop.race(beginPendingMigrations(running));
  const demo = config.seedDemo
    ? await progress('demo tenant', () => stop.race(ensureDemo(running, data.secrets.demoPassword)))
    : undefined;
  if (stop.asked) return;
  const mail = {
    smtp: `smtp://${ports.host}:${ports.MAIL_SMTP_PORT}`,
    outbox: given.MAIL_RELAY_URL === undefined ? `http://localhost:${ports.APP_API_PORT}/outbox` : undefined,
  };
  const runtime = { ...running, demo: demo === undefined ? [] : [demo], mail };
  await writeRuntime(data.folder, runtime);
  console.log(banner(runtime, data.folder));
  await Promise.race([stop.requested, services.firstDeath, database.death]);
}
