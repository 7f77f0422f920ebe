/** What stands behind the first word of a command, in the list of them all. */
export const groupSummaries: Readonly<Record<string, string>> = {
  'api-keys': 'Keys of programs that call the control API',
  audit: 'Who did what, and when',
  auth: 'Your own session, password and second factor',
  backups: 'Archives of tenants: list, verify, restore, delete',
  'deletion-certificates': 'What is gone of purged tenants',
  'drift-checks': 'What drift checks found',
  health: 'Whether the control API works',
  incidents: 'What needs an operator now',
  isolation: 'Whether any tenant’s role can reach what is not its own',
  jobs: 'Work on more than 100 tenants',
  keys: 'Encryption keys, and keys that sign tokens',
  'migration-rehearsals': 'What rehearsals of migrations found',
  migrations: 'Changes to the schema of all tenants',
  moves: 'Tenants that are carried to other database servers',
  'operator-mails': 'Mail to postmaster@ and abuse@',
  operators: 'Who runs the platform',
  pgadmin: 'Servers for pgAdmin',
  plans: 'Plans of tenants: limits and features',
  reconcile: 'Whether servers and catalog agree',
  restores: 'What became of restores',
  rotations: 'New database credentials for many tenants',
  servers: 'Servers that hold tenants’ databases',
  tenants: 'Customers of the platform',
};

/** What the first word alone means: `ops isolation` is `ops isolation report`. */
export const alone: Readonly<Record<string, string>> = {
  audit: 'list',
  backups: 'list',
  incidents: 'list',
  isolation: 'report',
  jobs: 'list',
  keys: 'list',
  operators: 'list',
  reconcile: 'report',
  servers: 'list',
};
