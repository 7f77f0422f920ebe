import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@helpdeskly/embedded-postgres';
import { keptMemory, spawnMeasured } from './measured-process.js';
import { answers, ended, type System } from './system.js';

/** Another process of the app API. */
export interface AppProcess {
  readonly origin: string;
  /** Bytes of memory that it keeps. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** What the start keeps in its data directory, as far as an app API needs it. */
interface Secrets {
  readonly catalogPassword: string;
  readonly queuePassword: string;
  readonly encryptionKeys: string;
}

/** Starts one beside the one that `npm start` has, with what that was given. */
export async function startApp(system: System): Promise<AppProcess> {
  const secrets = JSON.parse(await readFile(join(system.dataDir, 'secrets.json'), 'utf8')) as Secrets;
  const [port, metrics] = [await freePort(), await freePort()];
  const main = fileURLToPath(new URL('../../apps/app-api/dist/main.js', import.meta.url));
  const child = spawnMeasured([main], 'ignore', {
    ...system.environment,
    CATALOG_DATABASE_URL: asUser(system.postgres.controlUrl, 'helpdeskly_catalog', secrets.catalogPassword),
    QUEUE_DATABASE_URL: asUser(system.postgres.controlUrl, 'helpdeskly_queue', secrets.queuePassword),
    ENCRYPTION_KEYS: secrets.encryptionKeys,
    ATTACHMENTS_DIR: join(system.dataDir, 'attachments'),
    APP_API_PORT: String(port),
    APP_METRICS_PORT: String(metrics),
  });
  const origin = `http://127.0.0.1:${port}`;
  const stop = () => ended(child, 'SIGTERM');
  for (let attempt = 0; attempt < 600 && child.exitCode === null; attempt++) {
    if (await answers(origin)) return { origin, memory: () => keptMemory(child), stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error('another app API did not start');
}

function asUser(url: string, user: string, password: string): string {
  const changed = new URL(url);
  [changed.username, changed.password] = [user, password];
  return changed.href;
}
