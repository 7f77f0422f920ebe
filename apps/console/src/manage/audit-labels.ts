import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { Schemas } from '../api/client.js';

export const auditLabels: Readonly<Record<Schemas['AuditType'], MessageDescriptor>> = {
  SIGNED_IN: msg`Signed in`,
  SIGN_IN_FAILED: msg`Sign-in failed`,
  SIGNED_OUT: msg`Signed out`,
  REFRESH_TOKEN_REUSED: msg`A used refresh token came again`,
  PASSWORD_CHANGED: msg`Password changed`,
  PASSWORD_RESET_REQUESTED: msg`Link for a new password asked for`,
  MFA_ENABLED: msg`Second factor turned on`,
  MFA_DISABLED: msg`Second factor turned off`,
  MFA_RESET: msg`Second factor reset by an admin`,
  RECOVERY_CODE_USED: msg`Recovery code used`,
  INVITATION_ACCEPTED: msg`Invitation accepted`,
  USER_CREATED: msg`User created`,
  USER_INVITED: msg`User invited`,
  USER_UPDATED: msg`User changed`,
  ADDRESS_CLEARED: msg`Undeliverable address cleared`,
  USER_MERGED: msg`Accounts merged`,
  USER_EXPORTED: msg`Personal data exported`,
  USER_ANONYMIZED: msg`User anonymized`,
  ORGANIZATION_SHARING_CHANGED: msg`Sharing of an organization changed`,
  API_KEY_CREATED: msg`API key created`,
  API_KEY_REVOKED: msg`API key revoked`,
  WEBHOOK_CREATED: msg`Webhook created`,
  WEBHOOK_UPDATED: msg`Webhook changed`,
  WEBHOOK_DELETED: msg`Webhook deleted`,
  WEBHOOK_SECRET_ROTATED: msg`Webhook's secret renewed`,
  QUERIED_BY_OPERATOR: msg`An operator asked the database`,
  RESTORED_BY_OPERATOR: msg`An operator restored a backup`,
  CLONED_BY_OPERATOR: msg`An operator cloned the helpdesk`,
  TICKETS_RESTORED_BY_OPERATOR: msg`An operator restored tickets`,
  SETTINGS_UPDATED: msg`Settings changed`,
  TEMPLATE_UPDATED: msg`Mail template changed`,
  TEMPLATE_RESET: msg`Mail template put back`,
  DATA_EXPORTED: msg`Export of all data asked for`,
  DATA_EXPORT_DOWNLOADED: msg`Export of all data downloaded`,
  DATA_IMPORTED: msg`Data imported`,
};

export const auditTypes = Object.keys(auditLabels) as Schemas['AuditType'][];
