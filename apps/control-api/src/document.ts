import { describeControllers, type DocumentOptions } from '@helpdeskly/http';
import { version } from './version.js';

/** What the OpenAPI document says beside its routes. */
export const documentOptions: DocumentOptions = {
  title: 'Helpdeskly control API',
  description: 'For operators of the platform: tenants, their lifecycle, and the servers that hold their databases.',
  version,
  tags: {
    auth: 'Signing in, sessions and passwords of operators',
    operators: 'Who operates the platform',
    'API keys': 'Credentials of programs',
    tenants: 'Customers of the platform, and what happens to each of them',
    plans: 'What tenants can buy: limits and features',
    backups: 'Archives of tenants: each holds one state of a tenant’s database and files',
    moves: 'Tenants that are carried to other database servers',
    incidents: 'What needs an operator now, with what to do',
    'database servers': "The servers that hold tenants' databases",
    mail: 'What was written to postmaster and abuse',
    migrations: "Changes to the schema of all tenants' databases",
    keys: 'Encryption keys, signing keys and credentials, and their rotation',
    isolation: 'Read the state of tenant isolation',
    reconciliation: 'Differences between the catalog and the servers',
    queues: 'The board that shows the job queues',
    pgAdmin: 'Configuration for pgAdmin',
    audit: 'Who did what, when and from where',
  },
  commonProblems: ['service_unavailable'],
};

/** The control API's OpenAPI document, made without a running API. */
export const describeControlApi = () => describeControllers(import.meta.dirname, documentOptions);
