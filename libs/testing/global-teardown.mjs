import { rm } from 'node:fs/promises';

export default async function globalTeardown() {
  const { server, dataDir } = globalThis.helpdesklyTestServer ?? {};
  await server?.stop('immediate');
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
}
