import { describe, expect, it } from '@jest/globals';
import { ErrorRates } from './error-rates.js';

const usage = (tenantId: string, requests: number, errors: number, upgrading = 0) => [
  { tenantId, requests, errors, upgrading },
];

describe('the error rates of a run', () => {
  it('of migrated tenants are compared with those of the tenants that wait', () => {
    const rates = new ErrorRates();
    rates.move('new');
    rates.add(usage('old', 100, 10));
    rates.add(usage('new', 100, 20));
    expect(rates.excess(0.1, false)).toBeUndefined();
    rates.add(usage('new', 100, 21));
    expect(rates.excess(0.1, false)).toBe(
      'The migrated tenants answered 41 of 200 requests (20.5 %) with an error of the server. Of the tenants that wait, it was 10 of 100 requests (10 %); 10 % more are allowed.',
    );
  });

  it('do not count before 50 answers', () => {
    const rates = new ErrorRates();
    rates.move('new');
    rates.add(usage('new', 49, 49));
    expect(rates.excess(0, false)).toBeUndefined();
    rates.add(usage('new', 1, 0));
    expect(rates.excess(0, false)).toBeDefined();
  });

  it('in the last stage are compared with those of the same tenants before', () => {
    const rates = new ErrorRates();
    rates.add(usage('new', 100, 50));
    rates.add(usage('other', 100, 0));
    rates.move('new');
    rates.add(usage('new', 100, 50));
    expect(rates.excess(0, true)).toBeUndefined();
    expect(rates.excess(0, false)).toBeDefined();
  });

  it('leave out refusals of tenants that lack a migration', () => {
    const rates = new ErrorRates();
    rates.move('new');
    rates.add(usage('new', 100, 100, 100));
    expect(rates.excess(0, false)).toBeUndefined();
    rates.add(usage('new', 50, 1, 0));
    expect(rates.excess(0.01, false)).toContain('1 of 50 requests (2 %)');
  });
});
