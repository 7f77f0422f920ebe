import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { Schemas } from '../api/client.js';

/** What has happened, as a choice and as a line of the list. */
export const kindLabels: Readonly<Record<Schemas['NotificationKind'], MessageDescriptor>> = {
  ASSIGNED: msg`A ticket was assigned to you`,
  GROUP_ASSIGNED: msg`A ticket came to your group`,
  MENTIONED: msg`Somebody mentioned you`,
  REPLIED: msg`Somebody replied on your ticket`,
  DELIVERY_FAILED: msg`A mail could not be delivered`,
  SEND_FAILED: msg`A reply could not be sent`,
  MAIL_HELD: msg`A mail is held back`,
  WEBHOOK_DISABLED: msg`A webhook was turned off`,
  SECURITY: msg`Something about your account's safety`,
};
