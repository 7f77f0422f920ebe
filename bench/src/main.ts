import { cpus, totalmem } from 'node:os';
import { operatorToken } from './clients.js';
import { benchHelpdesk } from './helpdesk.js';
import { benchProvisioning, warmDatabases } from './provisioning.js';
import { printRow } from './report.js';
import { startSystem } from './system.js';
import { benchTicketList } from './ticket-list.js';

// Product and baseline in the same run, on the same server and data, in turns; medians. Absolute figures are this machine's.
console.log(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB\n`,
);
const system = await startSystem({ TENANT_WARM_DATABASES: String(warmDatabases) });
try {
  const operator = await operatorToken(system);
  printRow('', 'Helpdeskly', 'bare', 'ratio');
  await benchTicketList(system, operator);
  await benchHelpdesk(system, operator);
  await benchProvisioning(system, operator, 'from a warm database');
} finally {
  await system.stop();
}
const cold = await startSystem({ TENANT_WARM_DATABASES: '0' });
try {
  await benchProvisioning(cold, await operatorToken(cold), 'by cloning');
} finally {
  await cold.stop();
}
