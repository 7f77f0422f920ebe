import { describe, expect, it } from '@jest/globals';
import {
  Forbidden,
  InvalidReference,
  NotFound,
  ServiceUnavailable,
  TokenInvalid,
  ValidationFailed,
  VersionConflict,
} from '@helpdeskly/errors';
import { IdempotencyInProgress } from './idempotency.js';
import { RateLimited } from '../limits/login-throttle.js';
import { InvalidCursor } from './paging.js';
import { EdgeError, routeNotFound } from './problems.js';

const places = (error: Error) => error.stack?.split('\n').filter((line) => /^\s+at /.test(line)).length;

describe('an expected problem', () => {
  it.each([
    () => new ValidationFailed([]),
    () => new TokenInvalid(),
    () => new Forbidden(),
    () => new NotFound('ticket'),
    () => new RateLimited(1),
    () => new VersionConflict(3),
    () => new InvalidReference('authorId', 'There is no such user.'),
    () => new InvalidCursor(),
    () => new IdempotencyInProgress(),
    () => new EdgeError('malformed_json', 'The body is not JSON.'),
    () => routeNotFound(),
  ])('carries no stack trace (%#)', (raise) => {
    const error = raise();
    expect([places(error), error.stack]).toEqual([0, `${error.name}: ${error.message}`]);
  });

  it('leaves that of its cause, and of what is raised after it, as they are', () => {
    const unexpected = new Error('the connection was reset');
    const error = new ServiceUnavailable('The store cannot be reached.', unexpected);
    expect([places(error), (error.cause as Error) === unexpected]).toEqual([0, true]);
    for (const fault of [unexpected, new Error('a fault'), new TypeError('another')])
      expect(places(fault)).toBeGreaterThan(0);
  });
});
