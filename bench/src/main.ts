import { cpus, totalmem } from 'node:os';
import { operatorToken } from './clients.js';
import { benchHelpdesk } from './helpdesk.js';
import { benchLive } from './live.js';
import { benchManyTenants, connectionsOfManyTenants } from './many-tenants.js';
import { benchMigrations } from './migrations.js';
import { benchProvisioning, warmDatabases } from './provisioning.js';
import { benchRefused } from './refused.js';
import { printRow } from './report.js';
import { startSystem } from './system.js';
import { benchTicketReads } from './ticket-reads.js';

// `npm run bench -- PART…` measures some parts alone. Product and baseline in the same run, on the same server and data, in turns; medians. Absolute figures are this machine's.
console.log(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB\n`,
);
const parts = process.argv.slice(2);
const wanted = (part: string) => parts.length === 0 || parts.includes(part);
printRow('', 'Helpdeskly', 'bare', 'ratio');
if (['ticket-reads', 'helpdesk', 'refused', 'provisioning', 'live'].some(wanted)) {
  const system = await startSystem({ TENANT_WARM_DATABASES: String(warmDatabases) });
  try {
    const operator = await operatorToken(system);
    if (wanted('ticket-reads')) await benchTicketReads(system, operator);
    if (wanted('helpdesk')) await benchHelpdesk(system, operator);
    if (wanted('live')) await benchLive(system, operator);
    if (wanted('refused')) await benchRefused(system, operator);
    if (wanted('provisioning')) await benchProvisioning(system, operator, 'from a warm database');
  } finally {
    await system.stop();
  }
}
if (wanted('provisioning')) {
  const cold = await startSystem({ TENANT_WARM_DATABASES: '0' });
  try {
    await benchProvisioning(cold, await operatorToken(cold), 'by cloning');
  } finally {
    await cold.stop();
  }
}
if (wanted('many-tenants')) {
  const scarce = await startSystem({ TENANT_CONNECTIONS_MAX: String(connectionsOfManyTenants) });
  try {
    await benchManyTenants(scarce, await operatorToken(scarce));
  } finally {
    await scarce.stop();
  }
}
if (wanted('migrations')) await benchMigrations();
