import { join } from 'node:path';
import { writeWhole } from './data-dir.js';

export interface DemoUser {
  readonly email: string;
  readonly password: string;
  readonly role: 'ADMIN' | 'AGENT' | 'CUSTOMER';
}

export interface DemoTenant {
  readonly slug: string;
  readonly appUrl: string;
  readonly users: readonly DemoUser[];
}

/** What runs, where, and how to enter it: `runtime.json` in the data directory, there while it is true. */
export interface Runtime {
  readonly controlApi: string;
  readonly appApi: string;
  /** `adminUrl` is for whoever looks at the server from this host; the services are given a lesser role. */
  readonly postgres: { readonly adminUrl: string; readonly controlUrl: string };
  readonly operator: { readonly email: string; readonly password: string };
  readonly demo: readonly DemoTenant[];
  readonly mail: LocalMail;
}

/** How mail comes in and goes out: `smtp` takes mail, `outbox` shows what left (undefined where a relay takes it). */
export interface LocalMail {
  readonly smtp: string;
  readonly outbox: string | undefined;
}

export async function writeRuntime(
  folder: string,
  { controlApi, appApi, postgres, operator, demo, mail }: Runtime,
): Promise<void> {
  await writeWhole(join(folder, 'runtime.json'), { controlApi, appApi, postgres, operator, demo, mail });
}
