import { ConfigError, readStartConfig } from '@helpdeskly/config';
import { banner } from './banner.js';
import { openDataDir } from './data-dir.js';
import { ensureDemo } from './demo/demo.js';
import { environmentOf, type PortPlan, planPorts } from './environment.js';
import { startDatabase } from './database.js';
import { progress } from './progress.js';
import { writeRuntime } from './runtime.js';
import { Services } from './services.js';
import { Stop, StartFailed } from './stop.js';

const stop = new Stop();
process.on('SIGINT', () => stop.ask());
process.on('SIGTERM', () => stop.ask());

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
  const ports: PortPlan = await planPorts(config.environment);
  const data = await openDataDir(config.dataDir);
  stop.then(() => data.close());
  const database = await progress('PostgreSQL', () => startDatabase(config.environment, data));
  stop.then(() => database.stop());
  if (stop.asked) return;
  const environment = environmentOf(config.environment, data.secrets, database.adminUrl, ports);
  const services = new Services(data.folder, environment, ports);
  stop.then(() => services.stop());
  await progress('control API and app API', () => stop.race(services.start()));
  const runtime = { ...services.origins, postgres: { adminUrl: environment.TENANT_SERVER_ADMIN_URL }, operator: operatorOf(environment) };
  const demo = config.seedDemo ? [await progress('demo tenant', () => stop.race(ensureDemo(runtime, data.secrets.demoPassword)))] : [];
  if (stop.asked) return;
  await writeRuntime(data.folder, { ...runtime, demo });
  console.log(banner({ ...runtime, demo }, data.folder));
  await Promise.race([stop.requested, services.firstDeath, database.death]);
}

function operatorOf(environment: Readonly<Record<string, string | undefined>>): { email: string; password: string } {
  return { email: environment.BOOTSTRAP_OPERATOR_EMAIL ?? '', password: environment.BOOTSTRAP_OPERATOR_PASSWORD ?? '' };
}
