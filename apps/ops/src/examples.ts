import type { ApiDocument } from './api-document.js';
import { requiredFieldsOf } from './command-options.js';
import { positionalsOf, type Command } from './commands.js';

/** A command line and what it is for. */
export type Example = readonly [line: string, purpose: string];

/** What people do with a command beside its plainest form, without `ops` and its own words. */
const taught: Readonly<Record<string, readonly Example[]>> = {
  'tenants create': [
    ['--name "Acme Inc." --slug acme --admin.email ada@acme.example --admin.name Ada --wait', 'Wait until it serves'],
    ['--body -', 'Read the whole body from standard input'],
  ],
  'tenants list': [
    ['--status suspended,inactive --all', 'Every tenant that is locked out'],
    ['--q acme --json', 'For a program'],
  ],
  'tenants change': [
    ['acme --plan business --limits.maxConnections null', 'Another plan, with its own limit'],
    ['acme --backupPolicy.every 6h --if-match 7', 'Only if nobody changed it meanwhile'],
  ],
  'tenants delete': [['acme', 'Lock everybody out; until it is purged it can be restored']],
  'tenants purge': [['acme --backups delete --yes', 'At once, with its archives, and without a question']],
  'tenants bulk': [
    ['--action suspend --filter.plan trial --dryRun', 'See what would be done'],
    ['--action setLimits --ids acme globex --limits.requestsPerMinute 600', 'Two tenants by their slugs'],
  ],
  'tenants import': [['--file tenants.csv --dryRun true', 'See which rows would be refused']],
  'tenants clone': [['acme --slug acme-test --name "Acme (test)" --anonymize --wait', 'With other names and texts']],
  'tenants backup': [['acme --reason "before the import" --wait', 'Take one now']],
  'tenants adopt': [
    [
      '--serverId 0198c0de-0000-7000-8000-000000000000 --databaseName t_0198c0de000070008000000000000000 --slug acme --name "Acme Inc."',
      'After an older control database was restored: what `reconcile` calls unknown_tenant_database',
    ],
  ],
  'tenants usage': [['acme --from 2027-01-01 --to 2027-01-31', 'A month, by day']],
  'migrations rehearse': [['--tenants acme --wait', 'On copies of acme, too; ends with 5 if one fails']],
  'migrations rollout': [
    ['--canary 3 --waves 5 25 100 --soak 10m --maxFailures 1', 'First three, then in waves'],
    ['--dryRun', 'See what each tenant lacks'],
  ],
  'migrations tenants': [['<id> --state failed,drifted --all', 'Those that need somebody']],
  'migrations verify': [['--sample 50 --wait', 'Compare 50 with their templates; ends with 5 if one differs']],
  'servers add': [
    [
      '--name eu-2 --host postgres-2 --port 5432 --maxTenants 2000 --adminUrl postgres://admin:secret@postgres-2:5432/postgres',
      'Register a server',
    ],
  ],
  'backups restore': [
    ['<id> --as NEW --slug acme-yesterday --name "Acme (yesterday)" --wait', 'A tenant of its own beside'],
    ['<id> --as REPLACE --wait', 'In the place of its database; asks for the slug'],
  ],
  'backups tickets-restore': [['<id> --numbers 12 40 --wait', 'Two tickets, under their numbers']],
  'audit tail': [['--tenantId 0198c0de-0000-7000-8000-000000000000', 'Follow what is done to one tenant']],
  top: [['--by connections --limit 20', 'Who holds the most connections']],
  query: [
    [`--sql 'SELECT "status", count(*) FROM "Ticket" GROUP BY 1' --tenants acme globex`, 'Ask two tenants’ databases'],
  ],
  incidents: [],
};

/** Command lines that teach a command: each of them works as it stands, but for `<id>`. */
export function examplesOf(document: ApiDocument, command: Command): readonly Example[] {
  const { name } = command;
  const lines = taught[name] ?? [];
  if (lines.length > 0) return lines.map(([rest, purpose]) => [`${name} ${rest}`, purpose]);
  const fixed = new Set(Object.keys(command.shortcut?.fixed ?? {}));
  const options = requiredFieldsOf(document, command.operation)
    .filter(({ option }) => !fixed.has(option) && option !== command.shortcut?.positional?.name)
    .map(({ option, value }) => (value === true ? `--${option}` : `--${option} ${quoted(value)}`));
  return [[[name, ...placesOf(command), ...options].join(' '), '']];
}

function placesOf({ name, operation, shortcut }: Command): readonly string[] {
  const id = name.startsWith('tenants ') ? 'acme' : '<id>';
  const places = positionalsOf(operation).map((place) => (place === 'id' ? id : `<${place}>`));
  return shortcut?.positional === undefined ? places : [...places, '"Acme Inc."'];
}

const quoted = (text: string) => (/^[\w@.:/-]+$/.test(text) ? text : `'${text}'`);
