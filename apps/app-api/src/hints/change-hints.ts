import { Injectable } from '@nestjs/common';
import { SessionStates } from '../edge/session-states.js';
import { Notifier } from '../notification-core/notifier.js';
import { OnTicketWritten } from '../ticket-core/on-ticket-written.js';
import { Hints } from './hints.js';

/** Tells all processes of written tickets, of changed users and sessions, and of notifications. */
@Injectable()
export class ChangeHints {
  constructor(hints: Hints, written: OnTicketWritten, sessions: SessionStates, notifier: Notifier) {
    written.listen(({ id: tenantId }) => hints.tell({ tenantId, kind: 'written' }));
    sessions.onChange((tenantId) => hints.tell({ tenantId, kind: 'accounts' }));
    notifier.listen(({ id: tenantId }, { createdAt, ...notification }) => {
      const at = createdAt.toISOString();
      hints.tell({ tenantId, kind: 'notified', notification: { ...notification, at } });
    });
  }
}
