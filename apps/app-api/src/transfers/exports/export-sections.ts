/** What an export holds of the rows of one table: a file of JSON Lines. All SQL here is ours, never input. */
export interface Section {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Of type timestamptz(3). */
  readonly times?: readonly string[];
  /** What is put together, as SQL over the alias `t`. */
  readonly more?: Readonly<Record<string, string>>;
  readonly where?: string;
  /** How many rows are read at once, where they may be long. */
  readonly batch?: number;
  /** The columns that order the rows, with their types: together unique. */
  readonly order: Readonly<Record<string, 'uuid' | 'bigint' | 'integer' | 'text' | '"MailTemplateName"'>>;
}

const byId = { id: 'uuid' } as const;
const written = ['createdAt', 'updatedAt'];

/** A file that belongs to something and is whole. */
const isExported = `t."storedAt" IS NOT NULL AND t."removedAt" IS NULL AND (t."commentId" IS NOT NULL OR t."openingOfId" IS NOT NULL)`;

/**
 * Nothing is in an export that is not named here. In the order in which an import needs them: what is referred to stands before whatever
 * refers to it, but for references among the rows of one section.
 */
export const sections: readonly Section[] = [
  {
    name: 'settings',
    table: 'Settings',
    columns: ['searchLanguage', 'mfaRequired', 'mailSignUp', 'rawMailDays', 'locale', 'timeZone', 'closedMail'],
    order: { id: 'integer' },
  },
  { name: 'organizations', table: 'Organization', columns: ['id', 'name', 'shared'], times: written, order: byId },
  {
    name: 'users',
    table: 'User',
    columns: [
      'id',
      'email',
      'name',
      'role',
      'status',
      'organizationId',
      'locale',
      'timeZone',
      'service',
      'addresses',
      'formerNames',
      'mergedIntoId',
    ],
    times: ['anonymizedAt', ...written],
    order: byId,
  },
  {
    name: 'groups',
    table: 'Group',
    columns: ['id', 'name'],
    times: written,
    more: {
      memberIds: `ARRAY(SELECT m."userId" FROM "GroupMember" m WHERE m."groupId" = t."id" ORDER BY m."userId")`,
    },
    order: byId,
  },
  {
    name: 'tickets',
    table: 'Ticket',
    columns: [
      'id',
      'number',
      'title',
      'description',
      'status',
      'priority',
      'tags',
      'internal',
      'authorId',
      'submittedById',
      'assignedToId',
      'groupId',
      'organizationId',
      'reopenCount',
      'followUpOfId',
      'mergedIntoId',
      'splitFromId',
    ],
    times: ['firstRespondedAt', 'resolvedAt', 'closedAt', 'deletedAt', ...written],
    more: {
      participants: `ARRAY(SELECT json_build_object('userId', p."userId", 'role', p."role")
        FROM "TicketParticipant" p WHERE p."ticketId" = t."id" ORDER BY p."userId")`,
      spam: `EXISTS (SELECT FROM "SpamTicket" s WHERE s."ticketId" = t."id")`,
    },
    order: { number: 'integer' },
  },
  { name: 'links', table: 'TicketLink', columns: ['id', 'type', 'fromId', 'toId'], times: ['createdAt'], order: byId },
  {
    name: 'comments',
    table: 'Comment',
    columns: ['id', 'ticketId', 'originTicketId', 'openingOfId', 'authorId', 'body', 'visibility'],
    times: ['redactedAt', 'createdAt'],
    order: { seq: 'bigint' },
  },
  {
    name: 'events',
    table: 'TicketEvent',
    columns: ['id', 'ticketId', 'type', 'actorId', 'internal', 'changes', 'names'],
    times: ['createdAt'],
    order: { seq: 'bigint' },
  },
  {
    name: 'files',
    table: 'Attachment',
    columns: ['id', 'uploaderId', 'commentId', 'openingOfId', 'fileName', 'contentType', 'size', 'inline', 'raw'],
    times: ['createdAt'],
    more: { sha256: `encode(t."sha256", 'hex')` },
    where: isExported,
    order: byId,
  },
  {
    name: 'mails',
    table: 'MailMessage',
    batch: 5, // Each holds up to 1,000,000 characters of HTML.
    columns: [
      'id',
      'ticketId',
      'commentId',
      'mailboxId',
      'messageId',
      'fromAddress',
      'subject',
      'authentication',
      'verified',
      'bodyHtml',
      'quoted',
    ],
    times: ['createdAt'],
    order: byId,
  },
  {
    name: 'views',
    table: 'View',
    columns: ['id', 'name', 'ownerId', 'shared', 'position', 'filters', 'sort'],
    times: written,
    order: byId,
  },
  {
    name: 'macros',
    table: 'Macro',
    columns: ['id', 'name', 'ownerId', 'shared', 'reply', 'changes'],
    times: written,
    order: byId,
  },
  {
    name: 'mailboxes',
    table: 'Mailbox',
    columns: ['id', 'address', 'name', 'groupId', 'isDefault', 'signature', 'autoReply'],
    times: written,
    order: byId,
  },
  {
    name: 'templates',
    table: 'MailTemplate',
    columns: ['name', 'language', 'body', 'footer'],
    times: ['updatedAt'],
    order: { language: 'text', name: '"MailTemplateName"' },
  },
  {
    name: 'notification-preferences',
    table: 'NotificationPreferences',
    columns: ['userId', 'chosen'],
    order: { userId: 'uuid' },
  },
  {
    name: 'undeliverable-addresses',
    table: 'UndeliverableAddress',
    columns: ['code'],
    times: ['createdAt'],
    more: { address: 't."addressKey"' },
    order: { addressKey: 'text' },
  },
  {
    name: 'deleted-names',
    table: 'DeletedName',
    columns: ['id', 'name'],
    times: ['deletedAt'],
    order: byId,
  },
  {
    name: 'webhooks',
    table: 'Webhook',
    columns: ['id', 'events', 'description', 'enabled', 'disabledReason'],
    times: written,
    more: { origin: `substring(t."url" FROM '^[a-z]+://[^/?#]+')` }, // Paths and queries of such URLs hold secrets.
    order: byId,
  },
  {
    name: 'api-keys',
    table: 'ApiKey',
    columns: ['id', 'userId', 'createdById', 'scopes'],
    times: ['createdAt', 'lastUsedAt', 'expiresAt', 'revokedAt'],
    order: byId,
  },
  {
    name: 'audit-events',
    table: 'AuditEvent',
    columns: ['id', 'type', 'actorType', 'actorId', 'subjectId', 'address', 'requestId', 'details'],
    times: ['createdAt'],
    order: { seq: 'bigint' },
  },
];

/** Columns of these tables that an export leaves out, beside those that its rows say in another way. */
export const leftColumns: Readonly<Record<string, readonly string[]>> = {
  Settings: ['id', 'searchIndexedIn', 'outgoingMail', 'version'],
  Organization: ['nameKey', 'version'],
  User: ['emailKey', 'passwordHash', 'version', 'away', 'awayUntil'],
  Group: ['nameKey', 'version'],
  Ticket: ['commentCount', 'publicCommentCount', 'version', 'publicVersion', 'publicUpdatedAt'],
  Comment: ['seq'],
  TicketEvent: ['seq', 'position', 'imported'],
  Attachment: ['heldCommentId', 'storedAt', 'removedAt', 'sha256'],
  MailMessage: ['inboundMailId'],
  View: ['version'],
  Macro: ['nameKey', 'version'],
  Mailbox: ['addressKey', 'version'],
  MailTemplate: ['version'],
  NotificationPreferences: ['version'],
  UndeliverableAddress: ['addressKey'],
  Webhook: [
    'url',
    'enabledAt',
    'sealedSecret',
    'formerSecret',
    'formerUntil',
    'position',
    'failureCount',
    'failingSince',
    'version',
  ],
  ApiKey: ['keyHash', 'hint'],
  AuditEvent: ['seq'],
};

/** Tables that an export leaves out: secrets, what is derived, what somebody writes and has not sent, and the state of work. */
export const leftTables: readonly string[] = [
  'BulkRun',
  'BulkRunTicket',
  'DataExport',
  'DataImport',
  'DataImportRefusal',
  'DataImportRow',
  'Draft',
  'GroupMember', // In the groups.
  'HeldComment',
  'IdempotencyKey',
  'InboundMail', // Its message is a file, what is shown of it is among the mails.
  'Invitation',
  'KnownAddress',
  'MailDelivery',
  'MailDomainKey',
  'MailboxCode',
  'MfaChallenge',
  'Notification',
  'RecoveryCode',
  'RefreshToken',
  'ReplyToken',
  'Session',
  'SpamTicket', // In the tickets.
  'StorageUsage',
  'TenantIdentity',
  'TicketCounter',
  'TicketFeed',
  'TicketParticipant', // In the tickets.
  'TicketSearch',
  'UserAddress', // In the users.
  'UserTotp',
  'WebhookDelivery',
];
