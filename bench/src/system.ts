import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, removeEmbeddedPostgres } from '@helpdeskly/embedded-postgres';

/** What `npm start` writes into its data directory. */
interface Runtime {
  readonly controlApi: string;
  readonly appApi: string;
  readonly postgres: { readonly adminUrl: string; readonly controlUrl: string };
  readonly operator: { readonly email: string; readonly password: string };
}

/** Helpdeskly as `npm start` runs it, on free ports and a data directory of its own. */
export interface System extends Runtime {
  /** The port of the app API's metrics. */
  readonly appMetrics: number;
  readonly dataDir: string;
  /** What its processes were given beside what `npm start` adds. */
  readonly environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

export async function startSystem(more: Readonly<Record<string, string>> = {}): Promise<System> {
  const dataDir = await mkdtemp(join(tmpdir(), 'helpdeskly-bench-'));
  const [control, app, controlMetrics] = await Promise.all(Array.from({ length: 3 }, () => freePort()));
  const appMetrics = await freePort();
  const launcher = fileURLToPath(new URL('../../apps/local/dist/main.js', import.meta.url));
  const environment = {
    ...process.env,
    HELPDESKLY_DATA_DIR: dataDir,
    CONTROL_API_PORT: String(control),
    APP_API_PORT: String(app),
    CONTROL_METRICS_PORT: String(controlMetrics),
    APP_METRICS_PORT: String(appMetrics),
    RATE_LIMIT_USER_PER_MINUTE: '0',
    RATE_LIMIT_TENANT_PER_MINUTE: '0',
    LOG_LEVEL: 'warn',
    SEED_DEMO: 'false',
    ...more,
  };
  const child = spawn(process.execPath, [launcher], { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const stop = async () => {
    await ended(child, 'SIGTERM');
    await removeEmbeddedPostgres(join(dataDir, 'postgres'));
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const runtime = await ready(child, join(dataDir, 'runtime.json'));
    return { ...runtime, appMetrics, dataDir, environment, stop };
  } catch (error) {
    await stop();
    throw new Error(`Helpdeskly did not start:\n${output.join('')}`, { cause: error });
  }
}

/** Seconds of CPU that the app API has used. */
export async function cpuOfProduct({ appMetrics }: System): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${appMetrics}/metrics`)).text();
  return Number(/^helpdeskly_process_cpu_seconds_total (\S+)/mu.exec(metrics)?.[1]);
}

async function ready(child: ChildProcess, file: string): Promise<Runtime> {
  for (let attempt = 0; attempt < 1800 && child.exitCode === null; attempt++) {
    const runtime = await readFile(file, 'utf8').then(
      (text) => JSON.parse(text) as Runtime,
      () => undefined,
    );
    if (runtime !== undefined && (await answers(runtime.appApi)) && (await answers(runtime.controlApi))) return runtime;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('not ready after three minutes');
}

/** Whether something is ready at an origin. */
export const answers = (origin: string) =>
  fetch(`${origin}/health/ready`).then(
    (response) => response.ok,
    () => false,
  );

/** Asks a process to end, and waits for that. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill(signal);
  });
}
