/**
 * Every code with which Helpdeskly refuses or fails; clients see these codes. libs/http defines once what each means over HTTP;
 * this list knows nothing of HTTP.
 */
export type ErrorCode =
  | 'validation_failed'
  | 'invalid_cursor'
  | 'malformed_json'
  | 'malformed_request'
  | 'host_invalid'
  | 'tenant_required'
  | 'tenant_conflict'
  | 'tenant_slug_invalid'
  | 'invalid_credentials'
  | 'token_invalid'
  | 'refresh_token_reused'
  | 'forbidden'
  | 'mfa_setup_required'
  | 'mfa_enabled'
  | 'tenant_inactive'
  | 'not_found'
  | 'route_not_found'
  | 'tenant_not_found'
  | 'email_taken'
  | 'slug_taken'
  | 'name_taken'
  | 'address_taken'
  | 'plan_in_use'
  | 'last_admin'
  | 'last_owner'
  | 'limit_reached'
  | 'webhook_disabled'
  | 'invalid_transition'
  | 'run_in_progress'
  | 'move_unavailable'
  | 'adoption_unavailable'
  | 'ticket_closed'
  | 'comment_sent'
  | 'link_exists'
  | 'too_many_links'
  | 'merge_author_mismatch'
  | 'user_not_mergeable'
  | 'user_merged'
  | 'idempotency_in_progress'
  | 'version_conflict'
  | 'request_timeout'
  | 'headers_too_large'
  | 'payload_too_large'
  | 'storage_limit'
  | 'range_not_satisfiable'
  | 'unsupported_media_type'
  | 'invalid_reference'
  | 'attachment_infected'
  | 'archive_invalid'
  | 'idempotency_key_reused'
  | 'rate_limited'
  | 'stream_limit'
  | 'tenant_connection_limit'
  | 'internal_error'
  | 'tenant_unavailable'
  | 'tenant_upgrading'
  | 'tenant_database_unavailable'
  | 'query_timeout'
  | 'login_busy'
  | 'catalog_unavailable'
  | 'service_unavailable'
  | 'no_capacity';

/** What a subclass may add to its message. */
export interface ErrorFacts {
  /** Members for the answer, for example `{ currentVersion: 4 }` or `{ from, to, allowed }`. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Seconds after which the client should retry. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/**
 * An error with a sentence and a code for the client. Define a subclass beside its rule:
 * `export class TicketClosed extends DomainError { … }`. It is expected, so it has no stack trace (its `cause` keeps its own).
 * Any other error is our own fault: clients get `internal_error` and nothing else of it.
 */
export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;
  readonly members: Readonly<Record<string, unknown>>;
  readonly retryAfter: number | undefined;

  constructor(sentence: string, facts: ErrorFacts = {}) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0; // Nobody needs the stack of a refusal, and collecting it costs a fifth of the whole refusal.
    super(sentence, facts.cause === undefined ? undefined : { cause: facts.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = new.target.name;
    this.members = facts.members ?? {};
    this.retryAfter = facts.retryAfter;
  }
}

/** One broken rule of one field; `field` is a dotted path such as `admin.email` or `tags.3`. */
export interface FieldError {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** How many broken rules an answer lists at most. */
const mostListed = 20;
const longestField = 200;

/**
 * Raised when input breaks rules of form: one entry per field, with the first rule it broke. The answer lists the first 20,
 * with names cut to 200 characters. `errorCount` is the total: `count` if not all entries were kept.
 */
export class ValidationFailed extends DomainError {
  readonly code = 'validation_failed';
  constructor(errors: readonly FieldError[], count = errors.length) {
    const listed = errors.slice(0, mostListed).map((error) => ({ ...error, field: shortened(error.field) }));
    super('The request does not have the form that this route expects.', {
      members: { errors: listed, errorCount: count },
    });
  }
}

function shortened(field: string): string {
  if (field.length <= longestField) return field;
  const cut = field.slice(0, longestField);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** Collects broken rules: it counts all of them, and keeps as many as an answer lists. */
export class FieldErrors {
  private readonly first: FieldError[] = [];
  private count = 0;

  /** Calls `error` only while there is room for it. */
  add(error: () => FieldError): void {
    if (this.count++ < mostListed) this.first.push(error());
  }

  /** Throws ValidationFailed if there are any. */
  throwIfAny(): void {
    if (this.count > 0) throw new ValidationFailed(this.first, this.count);
  }
}

/** Raised when a resource does not exist, or the caller may not know that it does. */
export class NotFound extends DomainError {
  readonly code = 'not_found';
  constructor(thing: string) {
    super(`There is no such ${thing}.`);
  }
}

/** Raised when a process, or whoever asks, has as many streams as they may have. */
export class StreamLimit extends DomainError {
  readonly code = 'stream_limit';
  constructor(sentence: string) {
    super(sentence, { retryAfter: 10 });
  }
}

/** Raised for a token whose account must set up a second factor first. */
export class MfaSetupRequired extends DomainError {
  readonly code = 'mfa_setup_required';
  constructor() {
    super('Set up a second factor first: POST /auth/mfa/totp.');
  }
}

/** Raised when the caller may see a resource but not do this to it. */
export class Forbidden extends DomainError {
  readonly code = 'forbidden';
  constructor(sentence = 'Your role does not allow this.') {
    super(sentence);
  }
}

/** Raised when a body refers to something that does not exist, or that the caller may not see. `field` is its dotted path. */
export class InvalidReference extends DomainError {
  readonly code = 'invalid_reference';
  constructor(field: string, sentence: string) {
    super(sentence, { members: { field } });
  }
}

/** Raised when `If-Match` names another version than the current one. */
export class VersionConflict extends DomainError {
  readonly code = 'version_conflict';
  constructor(currentVersion: number) {
    super(`The resource has changed: its version is ${currentVersion}.`, { members: { currentVersion } });
  }
}

/** Raised when a state machine does not allow the transition. */
export class InvalidTransition extends DomainError {
  readonly code = 'invalid_transition';
  constructor(from: string, to: string, allowed: readonly string[]) {
    const choices = allowed.length === 0 ? 'nothing else' : allowed.join(', ');
    super(`${from} cannot become ${to}; it can become ${choices}.`, { members: { from, to, allowed } });
  }
}

/** Raised when an access token, refresh token, invitation or API key is missing, malformed, expired or revoked. */
export class TokenInvalid extends DomainError {
  readonly code = 'token_invalid';
  constructor(sentence = 'The token is missing, malformed, expired or revoked.') {
    super(sentence);
  }
}

/** Raised when a store that the request needs cannot be reached. `retryAfter` is in seconds. */
export class ServiceUnavailable extends DomainError {
  readonly code = 'service_unavailable';
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { retryAfter: 1, cause });
  }
}

/** Raised when too many passwords already wait for hashing. */
export class LoginBusy extends DomainError {
  readonly code = 'login_busy';
  constructor() {
    super('Too many passwords are being checked. Try again in a moment.', { retryAfter: 1 });
  }
}
