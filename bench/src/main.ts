import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchArchives } from './archives.js';
import { benchCatalog } from './catalog.js';
import { benchConsole } from './console.js';
import { operatorToken } from './clients.js';
import { benchFleet } from './fleet.js';
import { benchHelpdesk } from './helpdesk.js';
import { largeHelpdesk } from './large-helpdesk.js';
import { benchLive } from './live.js';
import { benchMail } from './mail.js';
import { benchManyTenants, connectionsOfManyTenants } from './many-tenants.js';
import { benchProvisioning, warmDatabases } from './provisioning.js';
import { benchRefused } from './refused.js';
import { benchRehearsal } from './rehearsal.js';
import { printRow } from './report.js';
import { startSystem } from './system.js';
import { benchTicketReads } from './ticket-reads.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    mails: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    rows: { type: 'string' },
    streams: { type: 'string', default: '1000' },
    tenants: { type: 'string' },
    tickets: { type: 'string' },
    writes: { type: 'string', default: '60' },
  },
});
const whole = (name: 'mails' | 'rows' | 'streams' | 'tenants' | 'tickets' | 'writes', usual = 0): number => {
  const value = Number(values[name] ?? usual);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is a whole number from 1 on`);
  return value;
};
const live = { streams: whole('streams'), tenants: whole('tenants', 100), writes: whole('writes') };
const parts = [...positionals, ...values.only];

// `npm run bench -- PART…`, or `--only PART`, measures some parts alone; the numbers are those of `live`, `--tenants` that of `fleet` and `catalog`,
// `--rows` that of `rehearsal`, `--tickets` (or `--quick`) that of `archives`, `--mails` and `--tenants` those of `mail`.
// Product and baseline in the same run, on the same server and data, in turns; medians. Absolute figures are this machine's.
console.log(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB\n`,
);
const wanted = (part: string) => parts.length === 0 || parts.includes(part);
printRow('', 'Helpdeskly', 'bare', 'ratio');
if (['ticket-reads', 'helpdesk', 'refused', 'provisioning'].some(wanted)) {
  const system = await startSystem({ TENANT_WARM_DATABASES: String(warmDatabases) });
  try {
    const operator = await operatorToken(system);
    if (wanted('ticket-reads')) await benchTicketReads(system, operator);
    if (wanted('helpdesk')) await benchHelpdesk(system, operator);
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
if (wanted('live')) await benchLive(live);
if (wanted('fleet')) await benchFleet(whole('tenants', 200));
if (wanted('rehearsal')) await benchRehearsal(whole('rows', 1_000_000));
if (wanted('archives')) await benchArchives(whole('tickets', values.quick ? 5000 : largeHelpdesk), values.quick);
if (wanted('catalog')) await benchCatalog(whole('tenants', 1000));
if (wanted('mail')) await benchMail({ mails: whole('mails', 500), tenants: whole('tenants', 10) });
if (wanted('console')) await benchConsole(values.quick);
