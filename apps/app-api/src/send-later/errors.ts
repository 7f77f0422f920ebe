import { DomainError } from '@helpdeskly/errors';

/** Raised when a comment would be taken back that everybody sees by now. */
export class CommentSent extends DomainError {
  readonly code = 'comment_sent';
  constructor() {
    super('This comment was sent already.');
  }
}
