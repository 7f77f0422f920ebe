import { rm } from 'node:fs/promises';

export default async function globalTeardown() {
  const { server, folder } = globalThis.helpdesklyTestServer ?? {};
  await server?.stop('immediate');
  if (folder) await rm(folder, { recursive: true, force: true });
}
