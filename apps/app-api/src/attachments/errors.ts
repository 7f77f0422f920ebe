import { DomainError } from '@helpdeskly/errors';

export const largestAttachment = 25 * 1024 * 1024;
export const mostUnbound = 100;

/** Raised when a file has more than `largestAttachment` bytes. */
export class AttachmentTooLarge extends DomainError {
  readonly code = 'payload_too_large';
  constructor() {
    super('An attachment can have 25 MiB at most.');
  }
}

/** Raised when a helpdesk has no room for a file: it may store so many bytes. */
export class StorageLimit extends DomainError {
  readonly code = 'storage_limit';
  constructor(limitBytes: number) {
    super(`This helpdesk may store ${limitBytes} bytes of files, and has no room for this one.`);
  }
}

/** Raised when clamd recognises something in a file; `signature` is its name for it. */
export class AttachmentInfected extends DomainError {
  readonly code = 'attachment_infected';
  constructor(signature: string) {
    super(`The file is infected (${signature}) and was not stored.`);
  }
}

/** Raised when somebody has many files waiting that no comment names. */
export class TooManyUnbound extends DomainError {
  readonly code = 'limit_reached';
  constructor() {
    super(`You have ${mostUnbound} attachments that no comment names: delete some, or use them first.`);
  }
}
