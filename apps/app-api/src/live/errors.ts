import { DomainError } from '@helpdeskly/errors';

/** Raised when a process, a tenant or a customer has as many streams as they may have. */
export class StreamLimit extends DomainError {
  readonly code = 'stream_limit';
  constructor(sentence: string) {
    super(sentence, { retryAfter: 10 });
  }
}
