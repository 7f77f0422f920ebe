import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, isPortFree } from '@helpdeskly/embedded-postgres';
import type { Database } from './database.js';
import type { DataDir } from './data-dir.js';
import { asUser } from './database-url.js';
import { StartFailed } from './stop.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What `npm start` fills in is there for certain; the rest is as it was given. */
export interface ServiceEnvironment extends Record<string, string | undefined> {
  readonly CONTROL_DATABASE_URL: string;
  readonly TENANT_SERVER_ADMIN_URL: string;
  readonly BOOTSTRAP_OPERATOR_EMAIL: string;
  readonly BOOTSTRAP_OPERATOR_PASSWORD: string;
}

/** The ports that the two APIs will listen on, by the variables that choose them. */
export interface PortPlan {
  readonly host: string;
  readonly APP_API_PORT: number;
  readonly CONTROL_API_PORT: number;
  readonly APP_METRICS_PORT: number;
  readonly CONTROL_METRICS_PORT: number;
  readonly MAIL_SMTP_PORT: number;
}

const defaultPorts = {
  APP_API_PORT: '3000',
  CONTROL_API_PORT: '3001',
  APP_METRICS_PORT: '9464',
  CONTROL_METRICS_PORT: '9465',
} as const;

/** Where mail arrives when the environment does not say. */
const defaultMailPort = 2525;

const leavingMs = 2000;

/** The variables that say something: a blank one counts as not set. */
export function variablesSet(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
}

/** Throws StartFailed, naming every port that is taken and the variable that chooses another; 0 is any free port. */
export async function planPorts(given: Environment): Promise<PortPlan> {
  const host = given.HOST ?? '127.0.0.1';
  const problems: string[] = [];
  const chosen = new Map<string, number>();
  // Whoever tries several helpdesks at once tries mail in one of them: the others take any port.
  const mailPort = given.MAIL_SMTP_PORT ?? ((await isPortFree(defaultMailPort, host)) ? String(defaultMailPort) : '0');
  for (const [name, standard] of Object.entries({ ...defaultPorts, MAIL_SMTP_PORT: mailPort })) {
    const wanted = Number(given[name] ?? standard);
    const other = [...chosen].find(([, port]) => port === wanted)?.[0];
    if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
      problems.push(`${name} must be a port from 0 to 65535.`);
    else if (other !== undefined)
      problems.push(`${name} and ${other} are both ${wanted}: set one of them to another port.`);
    else if (wanted !== 0 && !(await becomesFree(wanted, host))) {
      problems.push(`Port ${wanted} is taken: stop what listens there, or set ${name} to another port.`);
    }
    chosen.set(name, wanted === 0 ? await freePort() : wanted);
  }
  if (problems.length > 0) throw new StartFailed(problems.join('\n'));
  return { host, ...(Object.fromEntries(chosen) as Omit<PortPlan, 'host'>) };
}

/** What an earlier start left behind when it was killed is about to end. */
async function becomesFree(port: number, host: string): Promise<boolean> {
  for (const deadline = Date.now() + leavingMs; Date.now() < deadline; await sleep(50)) {
    if (await isPortFree(port, host)) return true;
  }
  return false;
}

/** What both APIs are given: every variable that is set, and what this start made in place of those that are not. */
export function environmentOf(
  given: Environment,
  { folder, secrets }: DataDir,
  database: Database,
  { host: _, ...ports }: PortPlan,
): ServiceEnvironment {
  return {
    CONTROL_DATABASE_URL: database.controlUrl,
    TENANT_SERVER_ADMIN_URL: database.adminUrl,
    CATALOG_DATABASE_URL: asUser(database.controlUrl, 'helpdeskly_catalog', secrets.catalogPassword),
    QUEUE_DATABASE_URL: asUser(database.controlUrl, 'helpdeskly_queue', secrets.queuePassword),
    ...(given.S3_BUCKET === undefined ? { ATTACHMENTS_DIR: join(folder, 'attachments') } : {}),
    ...(given.BACKUPS_S3_BUCKET === undefined ? { BACKUPS_DIR: join(folder, 'backups') } : {}),
    ...(given.MAIL_RELAY_URL === undefined ? { MAIL_OUTBOX_DIR: join(folder, 'outbox') } : {}),
    ENCRYPTION_KEYS: secrets.encryptionKeys,
    BOOTSTRAP_OPERATOR_EMAIL: 'owner@helpdeskly.example',
    BOOTSTRAP_OPERATOR_PASSWORD: secrets.operatorPassword,
    ...given,
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
  };
}
