import { describe, expect, it } from '@jest/globals';
import { isConnectionFailure } from './failures.js';
import { sqlState } from './sql-state.js';

describe('the SQLSTATE of an error', () => {
  it.each(['23505', '57P01', 'P0001', 'XX000', 'HV000'])('is %s', (code) => {
    expect(sqlState(Object.assign(new Error(), { code }))).toBe(code);
  });

  it.each(['P2010', 'EPIPE', 'ECONNRESET'])('is not %s', (code) => {
    expect(sqlState(Object.assign(new Error(), { code }))).toBeUndefined();
  });

  it('is looked for in its causes', () => {
    expect(sqlState(new Error('no', { cause: Object.assign(new Error(), { code: '40P01' }) }))).toBe('40P01');
  });
});

describe('a connection that broke while it was written to', () => {
  it('is a connection failure', () => {
    expect(isConnectionFailure(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))).toBe(true);
  });
});
