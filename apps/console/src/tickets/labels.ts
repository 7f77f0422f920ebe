import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { Tone } from '@helpdeskly/ui';
import type { TicketPriority, TicketStatus } from '../api/client.js';

export const statusLabels: Readonly<Record<TicketStatus, MessageDescriptor>> = {
  OPEN: msg`Open`,
  PENDING: msg`Pending`,
  ON_HOLD: msg`On hold`,
  RESOLVED: msg`Resolved`,
  CLOSED: msg`Closed`,
};

export const statusTones: Readonly<Record<TicketStatus, Tone>> = {
  OPEN: 'accent',
  PENDING: 'warn',
  ON_HOLD: 'neutral',
  RESOLVED: 'good',
  CLOSED: 'neutral',
};

export const priorityLabels: Readonly<Record<TicketPriority, MessageDescriptor>> = {
  LOW: msg`Low`,
  MEDIUM: msg`Medium`,
  HIGH: msg`High`,
  URGENT: msg`Urgent`,
};

export const statuses = Object.keys(statusLabels) as TicketStatus[];
export const priorities = Object.keys(priorityLabels) as TicketPriority[];
/** What a person may choose: only the system closes a ticket for good, or an agent with intent. */
export const workingStatuses: readonly TicketStatus[] = ['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED'];
