import type { TableRules } from '../anonymization/table-rules.js';

/**
 * What a clone has not: whatever somebody signs in with, and whatever the original is known by, and what it was given to take away. Its people have no password, and are invited
 * as new ones are; a webhook gets a secret of its own when the rows are there.
 */
export const withoutSecrets: TableRules = {
  User: { passwordHash: () => null, status: (status) => (status === 'ACTIVE' ? 'INVITED' : status) },
  Session: 'EMPTY',
  RefreshToken: 'EMPTY',
  KnownAddress: 'EMPTY',
  UserTotp: 'EMPTY',
  RecoveryCode: 'EMPTY',
  MfaChallenge: 'EMPTY',
  Invitation: 'EMPTY',
  ApiKey: 'EMPTY',
  IdempotencyKey: 'EMPTY',
  ReplyToken: 'EMPTY',
  DataExport: 'EMPTY',
  DataImport: 'EMPTY',
  DataImportRefusal: 'EMPTY',
  DataImportRow: 'EMPTY',
  MailboxCode: 'EMPTY',
  MailDomainKey: 'EMPTY',
  MailDelivery: { bounceHash: () => null, sealedSecret: () => null },
  Webhook: { sealedSecret: () => '', formerSecret: () => null, formerUntil: () => null },
};
