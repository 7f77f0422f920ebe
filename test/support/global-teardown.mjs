import { rm } from 'node:fs/promises';
import { endWorker } from './jest/worker-end.mjs';

export default async function globalTeardown() {
  await endWorker();
  const { server, folder } = globalThis.helpdesklyTestServer ?? {};
  await server?.stop('immediate');
  if (folder) await rm(folder, { recursive: true, force: true });
}
