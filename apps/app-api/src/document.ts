import { describeControllers, type DocumentOptions } from '@helpdeskly/http';
import { version } from './version.js';

/** What the OpenAPI document says beside what its routes say of themselves. */
export const documentOptions: DocumentOptions = {
  title: 'Helpdeskly app API',
  description:
    'Tickets, comments and users of one helpdesk. The subdomain or the header `X-Tenant-Slug` names the helpdesk. Errors are problems as in RFC 9457; lists have cursors.',
  version,
  tags: {
    auth: 'Signing in, sessions and passwords',
    tickets: 'Tickets, changes to many of them, merges and splits',
    comments: 'What is said on a ticket, in public or among staff',
    events: "A ticket's history, and the events of all tickets",
    live: 'Changes as they happen',
    notifications: 'What you are told of, and how',
    participants: 'Agents who follow a ticket, and customers who may read it',
    links: 'How tickets belong together',
    attachments: 'Files of tickets and comments',
    macros: 'Prepared replies and changes',
    views: 'Saved filters of tickets',
    reports: 'How many tickets there are, how old they are, and how long they take',
    tags: 'The words that tickets are filed under',
    users: 'Admins, agents and customers',
    'personal data': 'What the helpdesk holds of a person: export and erasure',
    groups: 'Teams of agents',
    organizations: 'Companies that customers belong to',
    webhooks: 'Programs that are told of events of tickets',
    'API keys': 'Keys for programs that work with the helpdesk',
    settings: "The helpdesk's settings and limits",
    mail: 'Addresses at which the helpdesk gets mail, and mails that leave',
    exports: 'All data of the helpdesk in one file',
    imports: 'Data of another helpdesk',
    audit: 'Who signed in, invited, changed or exported what',
  },
  apiKeys: {
    bearerFormat: 'hdt_…',
    description: 'A key for a program, from `POST /api-keys`. It calls the operations that name one of its scopes.',
  },
  commonHeaders: [{ name: 'X-Tenant-Slug', description: 'The slug of the helpdesk, if the host does not name it.' }],
  commonProblems: [
    'host_invalid',
    'tenant_required',
    'tenant_conflict',
    'tenant_slug_invalid',
    'tenant_not_found',
    'tenant_inactive',
    'tenant_unavailable',
    'tenant_upgrading',
    'tenant_connection_limit',
    'tenant_database_unavailable',
    'query_timeout',
    'catalog_unavailable',
  ],
};

/** The document that the app API serves, made without serving. */
export const describeAppApi = () => describeControllers(import.meta.dirname, documentOptions);
