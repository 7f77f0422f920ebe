import { cpus, totalmem } from 'node:os';
import { operatorToken } from './clients.js';
import { benchProvisioning } from './provisioning.js';
import { printRow } from './report.js';
import { startSystem } from './system.js';
import { benchTicketList } from './ticket-list.js';

// Product and baseline in the same run, on the same server and data, in turns; medians. Absolute figures are this machine's.
console.log(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB\n`,
);
const system = await startSystem();
try {
  const operator = await operatorToken(system);
  printRow('', 'Helpdeskly', 'bare', 'ratio');
  await benchTicketList(system, operator);
  await benchProvisioning(system, operator);
} finally {
  await system.stop();
}
