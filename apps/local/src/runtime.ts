import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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

/** What runs, where, and how to enter it: `runtime.json` in the data directory. */
export interface Runtime {
  readonly controlApi: string;
  readonly appApi: string;
  readonly postgres: { readonly adminUrl: string | undefined };
  readonly operator: { readonly email: string; readonly password: string };
  readonly demo: readonly DemoTenant[];
}

/** Complete or not there, and for its owner's eyes. */
export async function writeRuntime(folder: string, runtime: Runtime): Promise<void> {
  const file = join(folder, 'runtime.json');
  await writeFile(`${file}.new`, `${JSON.stringify(runtime, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
