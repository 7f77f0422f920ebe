import { DomainError } from '@helpdeskly/errors';

/** Raised when something is to be sent to a webhook that is off. */
export class WebhookOff extends DomainError {
  readonly code = 'webhook_disabled';
  constructor() {
    super('This webhook is disabled: enable it first.');
  }
}
