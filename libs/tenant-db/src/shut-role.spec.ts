import { describe, expect, it, jest } from '@jest/globals';
import { TenantConnectionLimit, TenantDatabaseUnavailable } from './errors.js';
import { ShutRole, wasEnded, wasSentAway } from './shut-role.js';

const error = (code: string, message: string) => Object.assign(new Error(message), { code });

describe('a role that is not let in', () => {
  it.each([
    ['28000', 'role "t_1_a" is not permitted to log in'],
    ['08P01', 'role "t_1_a" is not permitted to log in'],
    ['08P01', 'server login failed: FATAL role "t_1_a" is not permitted to log in'],
    ['08P01', 'server login has been failing, try again later (server_login_retry)'],
    ['08P01', 'no such user'],
    ['08P01', 'database removed'],
    ['57P01', 'terminating connection due to administrator command'],
  ])('is waited for when PostgreSQL or PgBouncer says so: %s %s', (code, message) => {
    const shut = new ShutRole();
    expect(shut.isPassing(new Error('wrong database', { cause: error(code, message) }))).toBe(true);
    expect(shut.isPassing(error(code, message))).toBe(true);
  });

  it.each([
    ['28P01', 'password authentication failed for user "t_1_a"'],
    ['08P01', 'SASL authentication failed'],
    ['08P01', 'no such database: t_1'],
    ['08P01', 'server login failed: FATAL password authentication failed for user "t_1_a"'],
    ['3D000', 'database "t_1" does not exist'],
  ])('is not waited for after another refusal: %s %s', (code, message) => {
    expect(new ShutRole().isPassing(error(code, message))).toBe(false);
  });

  it('is why a request waited in vain, until it is let in', () => {
    const shut = new ShutRole();
    const limit = new TenantConnectionLimit();
    expect(() => shut.explain(limit)).toThrow(limit);
    shut.isPassing(error('28000', 'role "t_1_a" is not permitted to log in'));
    expect(() => shut.explain(limit)).toThrow(TenantDatabaseUnavailable);
    shut.opened();
    expect(() => shut.explain(limit)).toThrow(limit);
  });

  it('is waited for only a moment, and again when it was let in meanwhile', () => {
    jest.useFakeTimers();
    try {
      const shut = new ShutRole();
      const refused = error('28000', 'role "t_1_a" is not permitted to log in');
      expect(shut.isPassing(refused)).toBe(true);
      jest.advanceTimersByTime(2500);
      expect(shut.isPassing(refused)).toBe(false);
      shut.opened();
      expect(shut.isPassing(refused)).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });
});

it.each(['database removed', 'query_wait_timeout'])(
  'what PgBouncer did not pass on was sent away, which does not say that it was not run: %s',
  (message) => {
    const sent = error('08P01', message);
    expect([wasSentAway(sent), wasEnded(sent)]).toEqual([true, false]);
    expect(wasSentAway(error('08P01', 'no such database: t_1'))).toBe(false);
  },
);
