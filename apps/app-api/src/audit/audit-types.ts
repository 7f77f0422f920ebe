import { AuditActorType } from '@helpdeskly/tenant-db';

/** What tenants' audit events tell of. */
export const AuditType = {
  SIGNED_IN: 'SIGNED_IN',
  SIGN_IN_FAILED: 'SIGN_IN_FAILED',
  SIGNED_OUT: 'SIGNED_OUT',
  REFRESH_TOKEN_REUSED: 'REFRESH_TOKEN_REUSED',
  PASSWORD_CHANGED: 'PASSWORD_CHANGED',
  PASSWORD_RESET_REQUESTED: 'PASSWORD_RESET_REQUESTED',
  MFA_ENABLED: 'MFA_ENABLED',
  MFA_DISABLED: 'MFA_DISABLED',
  MFA_RESET: 'MFA_RESET',
  RECOVERY_CODE_USED: 'RECOVERY_CODE_USED',
  INVITATION_ACCEPTED: 'INVITATION_ACCEPTED',
  USER_CREATED: 'USER_CREATED',
  USER_INVITED: 'USER_INVITED',
  USER_UPDATED: 'USER_UPDATED',
  USER_MERGED: 'USER_MERGED',
  USER_EXPORTED: 'USER_EXPORTED',
  USER_ANONYMIZED: 'USER_ANONYMIZED',
  ORGANIZATION_SHARING_CHANGED: 'ORGANIZATION_SHARING_CHANGED',
  API_KEY_CREATED: 'API_KEY_CREATED',
  API_KEY_REVOKED: 'API_KEY_REVOKED',
  SETTINGS_UPDATED: 'SETTINGS_UPDATED',
} as const;
export type AuditType = (typeof AuditType)[keyof typeof AuditType];

/** Who did it. API_KEY is a user to the database: the service user that a key acts as. */
export const AuditActorKind = { ...AuditActorType, API_KEY: 'API_KEY' } as const;
export type AuditActorKind = (typeof AuditActorKind)[keyof typeof AuditActorKind];
