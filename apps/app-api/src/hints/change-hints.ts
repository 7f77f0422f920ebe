import { Injectable } from '@nestjs/common';
import { SessionStates } from '../edge/session-states.js';
import { OnTicketWritten } from '../ticket-core/on-ticket-written.js';
import { Hints } from './hints.js';

/** Tells all processes of written tickets, and of changed users and sessions. */
@Injectable()
export class ChangeHints {
  constructor(hints: Hints, written: OnTicketWritten, sessions: SessionStates) {
    written.listen(({ id: tenantId }) => hints.tell({ tenantId, kind: 'written' }));
    sessions.onChange((tenantId) => hints.tell({ tenantId, kind: 'accounts' }));
  }
}
