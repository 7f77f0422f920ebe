import { isPortFree } from '@helpdeskly/embedded-postgres';
import { controlDatabase, controlRole } from './database.js';
import type { Secrets } from './data-dir.js';
import { StartFailed } from './stop.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The ports that the two APIs will listen on, by the variables that choose them. */
export interface PortPlan {
  readonly host: string;
  readonly APP_API_PORT: number;
  readonly CONTROL_API_PORT: number;
  readonly APP_METRICS_PORT: number;
  readonly CONTROL_METRICS_PORT: number;
}

const defaults = { APP_API_PORT: 3000, CONTROL_API_PORT: 3001, APP_METRICS_PORT: 9464, CONTROL_METRICS_PORT: 9465 } as const;

/** Throws StartFailed, naming every port that is taken and the variable that chooses another. */
export async function planPorts(environment: Environment): Promise<PortPlan> {
  const host = nonEmpty(environment.HOST) ?? '127.0.0.1';
  const chosen = Object.fromEntries(Object.entries(defaults).map(([name, port]) => [name, Number(nonEmpty(environment[name]) ?? port)])) as Record<keyof typeof defaults, number>;
  const problems: string[] = [];
  const seen = new Map<number, string>();
  for (const [name, port] of Object.entries(chosen)) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) problems.push(`${name} must be a port from 1 to 65535.`);
    else if (seen.has(port)) problems.push(`${name} and ${seen.get(port)} are both ${port}.`);
    else if (!(await isPortFree(port, host))) problems.push(`Port ${port} is taken: set ${name} to another one.`);
    seen.set(port, name);
  }
  if (problems.length > 0) throw new StartFailed(problems.join('\n'));
  return { host, ...chosen };
}

/** What both APIs are given: every variable that is set, and what this start made in place of those that are not. */
export function environmentOf(given: Environment, secrets: Secrets, adminUrl: string | undefined, ports: PortPlan): Record<string, string | undefined> {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => nonEmpty(value) !== undefined));
  const server = adminUrl ?? given.TENANT_SERVER_ADMIN_URL ?? '';
  const controlUrl = nonEmpty(given.CONTROL_DATABASE_URL) ?? as(server, controlRole, secrets.controlPassword, controlDatabase);
  const operator = nonEmpty(given.BOOTSTRAP_OPERATOR_EMAIL) === undefined ? { BOOTSTRAP_OPERATOR_EMAIL: 'owner@helpdeskly.example', BOOTSTRAP_OPERATOR_PASSWORD: secrets.operatorPassword } : {};
  return {
    CONTROL_DATABASE_URL: controlUrl,
    TENANT_SERVER_ADMIN_URL: server,
    CATALOG_DATABASE_URL: as(controlUrl, 'helpdeskly_catalog', secrets.catalogPassword),
    ENCRYPTION_KEYS: secrets.encryptionKeys,
    ...operator,
    ...set,
    APP_API_PORT: String(ports.APP_API_PORT),
  };
}

function as(url: string, user: string, password: string, database?: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  if (database !== undefined) changed.pathname = `/${database}`;
  return changed.href;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
