import { DomainError, type ErrorCode } from '@helpdeskly/errors';

/** Status and title of each error code. Exhaustive: a code without a line here does not compile. */
export const problemKinds: Readonly<Record<ErrorCode, { readonly status: number; readonly title: string }>> = {
  validation_failed: { status: 400, title: 'Validation failed' },
  invalid_cursor: { status: 400, title: 'Invalid cursor' },
  malformed_json: { status: 400, title: 'Malformed JSON' },
  malformed_request: { status: 400, title: 'Malformed request' },
  host_invalid: { status: 400, title: 'Invalid host' },
  tenant_required: { status: 400, title: 'Tenant required' },
  tenant_conflict: { status: 400, title: 'Conflicting tenants' },
  tenant_slug_invalid: { status: 400, title: 'Invalid tenant slug' },
  invalid_credentials: { status: 401, title: 'Invalid credentials' },
  token_invalid: { status: 401, title: 'Invalid token' },
  refresh_token_reused: { status: 401, title: 'Refresh token reused' },
  forbidden: { status: 403, title: 'Forbidden' },
  mfa_setup_required: { status: 403, title: 'Second factor required' },
  tenant_inactive: { status: 403, title: 'Tenant inactive' },
  not_found: { status: 404, title: 'Not found' },
  route_not_found: { status: 404, title: 'Route not found' },
  tenant_not_found: { status: 404, title: 'Tenant not found' },
  email_taken: { status: 409, title: 'Email taken' },
  slug_taken: { status: 409, title: 'Slug taken' },
  name_taken: { status: 409, title: 'Name taken' },
  address_taken: { status: 409, title: 'Address taken' },
  plan_in_use: { status: 409, title: 'Plan in use' },
  mfa_enabled: { status: 409, title: 'Second factor is on' },
  last_admin: { status: 409, title: 'Last admin' },
  last_owner: { status: 409, title: 'Last owner' },
  webhook_disabled: { status: 409, title: 'Webhook disabled' },
  limit_reached: { status: 409, title: 'Limit reached' },
  invalid_transition: { status: 409, title: 'Invalid transition' },
  move_unavailable: { status: 409, title: 'Move unavailable' },
  adoption_unavailable: { status: 409, title: 'Adoption unavailable' },
  run_in_progress: { status: 409, title: 'Run in progress' },
  user_merged: { status: 409, title: 'User merged' },
  user_not_mergeable: { status: 409, title: 'User not mergeable' },
  merge_author_mismatch: { status: 409, title: 'Merge author mismatch' },
  link_exists: { status: 409, title: 'Link exists' },
  too_many_links: { status: 409, title: 'Too many links' },
  ticket_closed: { status: 409, title: 'Ticket closed' },
  comment_sent: { status: 409, title: 'Comment sent' },
  request_timeout: { status: 408, title: 'Request timeout' },
  idempotency_in_progress: { status: 409, title: 'Idempotent request in progress' },
  version_conflict: { status: 412, title: 'Version conflict' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  storage_limit: { status: 413, title: 'No room for this file' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  range_not_satisfiable: { status: 416, title: 'Range not satisfiable' },
  attachment_infected: { status: 422, title: 'Attachment infected' },
  archive_invalid: { status: 422, title: 'Archive invalid' },
  invalid_reference: { status: 422, title: 'Invalid reference' },
  idempotency_key_reused: { status: 422, title: 'Idempotency key reused' },
  headers_too_large: { status: 431, title: 'Headers too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  stream_limit: { status: 429, title: 'Too many streams' },
  tenant_connection_limit: { status: 429, title: 'Too many connections' },
  internal_error: { status: 500, title: 'Internal error' },
  tenant_unavailable: { status: 503, title: 'Tenant unavailable' },
  tenant_upgrading: { status: 503, title: 'Tenant upgrading' },
  tenant_database_unavailable: { status: 503, title: 'Tenant database unavailable' },
  query_timeout: { status: 503, title: 'Query timeout' },
  login_busy: { status: 503, title: 'Too many logins at once' },
  catalog_unavailable: { status: 503, title: 'Catalog unavailable' },
  service_unavailable: { status: 503, title: 'Service unavailable' },
  no_capacity: { status: 503, title: 'No capacity' },
};

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly requestId: string;
  readonly [member: string]: unknown;
}

export function problemOf(error: DomainError, requestId: string): Problem {
  const { status, title } = problemKinds[error.code];
  return {
    type: `urn:helpdeskly:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...error.members,
  };
}

export const routeNotFound = () => new EdgeError('route_not_found', 'There is no such route.');

/** Errors that only the edge raises. */
export class EdgeError extends DomainError {
  constructor(
    readonly code: Extract<
      ErrorCode,
      | 'malformed_json'
      | 'malformed_request'
      | 'host_invalid'
      | 'payload_too_large'
      | 'unsupported_media_type'
      | 'route_not_found'
      | 'request_timeout'
      | 'headers_too_large'
      | 'internal_error'
      | 'service_unavailable'
    >,
    sentence: string,
  ) {
    super(sentence);
  }
}
