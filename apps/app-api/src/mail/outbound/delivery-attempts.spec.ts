import { describe, expect, it } from '@jest/globals';
import { nextAttemptInMs, readRefusal } from './delivery-attempts.js';

const hour = 3_600_000;
const later = { permanent: false, code: '451' };

describe('a mail that a relay puts off', () => {
  it('is tried again within a minute, then ever later, at most every five hours', () => {
    expect(nextAttemptInMs(later, { attempts: 1, ageMs: 0 }, 1)).toBeLessThan(60_000);
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 40].map((attempts) =>
      nextAttemptInMs(later, { attempts, ageMs: 0 }, 0.5),
    );
    expect(delays).toEqual([...delays].sort((a, b) => (a as number) - (b as number)));
    expect(nextAttemptInMs(later, { attempts: 40, ageMs: 0 }, 1)).toBe(5 * hour);
  });

  it('is tried soon after a relay that was away is back', () => {
    const away = { permanent: false, code: null };
    expect(nextAttemptInMs(away, { attempts: 40, ageMs: hour }, 0.5)).toBe(hour / 4);
  });

  it('is tried once more when 48 hours are over, and then given up', () => {
    expect(nextAttemptInMs(later, { attempts: 20, ageMs: 47 * hour }, 0.5)).toBe(hour);
    expect(nextAttemptInMs(later, { attempts: 21, ageMs: 48 * hour })).toBeUndefined();
  });

  it('is not tried again once it was refused for good', () => {
    expect(nextAttemptInMs({ permanent: true, code: '550' }, { attempts: 1, ageMs: 0 })).toBeUndefined();
  });
});

describe('an error of the relay', () => {
  const reply = (responseCode: number, response: string, command: string) => ({ responseCode, response, command });

  it.each([
    [reply(550, '550 5.1.1 no such user', 'RCPT TO'), { permanent: true, code: '5.1.1' }],
    [reply(554, '554 spam', 'DATA'), { permanent: true, code: '554' }],
    [reply(451, '451-4.7.1 greylisted', 'RCPT TO'), { permanent: false, code: '4.7.1' }],
    [reply(535, '535 5.7.8 bad credentials', 'AUTH PLAIN'), { permanent: false, code: '5.7.8' }],
    [reply(554, '554 not you', 'CONN'), { permanent: false, code: '554' }],
    [
      { code: 'ECONNECTION', command: 'CONN' },
      { permanent: false, code: null },
    ],
    [new Error('broken'), { permanent: false, code: null }],
    [
      { code: 'EENVELOPE', command: 'API' },
      { permanent: true, code: '5.1.3' },
    ],
    [
      { code: 'EMESSAGE', command: 'MAIL FROM' },
      { permanent: true, code: '5.3.4' },
    ],
  ])('%j means %j', (error, meaning) => {
    expect(readRefusal(error)).toEqual(meaning);
  });

  it('is that of the recipient where the relay told one', () => {
    const rejectedErrors = [reply(450, '450 later', 'RCPT TO')];
    expect(readRefusal({ ...reply(503, '503 no recipients', 'DATA'), rejectedErrors })).toEqual({
      permanent: false,
      code: '450',
    });
  });
});
