import type { ErrorCode } from '@helpdeskly/errors';

interface Header {
  readonly description: string;
  readonly schema: { readonly type: string };
}

const text = (description: string): Header => ({ description, schema: { type: 'string' } });
const count = (description: string): Header => ({ description, schema: { type: 'integer' } });

/** The headers of answers, as components of the document. */
export const answerHeaders = {
  'X-Request-Id': text('The id of the request. The log and every problem name it, too.'),
  'RateLimit-Limit': count('Requests per minute, of the limit that is nearest.'),
  'RateLimit-Remaining': count('How many requests are left.'),
  'RateLimit-Reset': count('Seconds until the limit is full again.'),
  'Retry-After': count('Seconds to wait before another try.'),
  'WWW-Authenticate': text('`Bearer`.'),
  ETag: text('The version for If-Match, such as `"3"`.'),
  Location: text('The path of the resource.'),
  'Idempotency-Replayed': text('`true` if this repeats the first answer to the Idempotency-Key.'),
} as const;

type HeaderName = keyof typeof answerHeaders;

/** The request headers that every route accepts, as parameters. */
export const commonParameters = [
  {
    name: 'X-Request-Id',
    in: 'header',
    required: false,
    description: 'Your own id for the request. The answer repeats it.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
  },
] as const;

/** The form of an answer. */
export interface AnswerForm {
  readonly status: number;
  /** Whether the edge counts its requests. */
  readonly checked: boolean;
  readonly versioned: boolean;
  readonly located: boolean;
  readonly idempotent: boolean;
  readonly codes: readonly ErrorCode[];
}

/** References to the headers that an answer of this form may have. */
export function headersOf({
  status,
  checked,
  versioned,
  located,
  idempotent,
  codes,
}: AnswerForm): Record<string, { $ref: string }> {
  const good = status < 300;
  const counted = checked && !codes.includes('token_invalid');
  const named: readonly [HeaderName, boolean][] = [
    ['X-Request-Id', true],
    ['RateLimit-Limit', counted],
    ['RateLimit-Remaining', counted],
    ['RateLimit-Reset', counted],
    ['Retry-After', status === 429 || codes.some((code) => status === 503 || code === 'idempotency_in_progress')],
    ['WWW-Authenticate', status === 401],
    ['ETag', good && versioned],
    ['Location', good && located],
    ['Idempotency-Replayed', idempotent && (good || [404, 409, 412, 422].includes(status))],
  ];
  return Object.fromEntries(
    named.flatMap(([name, carried]) => (carried ? [[name, { $ref: `#/components/headers/${name}` }]] : [])),
  );
}
