import { describe, expect, it } from '@jest/globals';
import { isTransient } from './transient-failure.js';

const withCode = (code: string, message = 'no') => Object.assign(new Error(message), { code });

describe('a transient failure', () => {
  it.each(['ECONNREFUSED', '57P03', '08006', '53300', '40P01', '55006'])('is %s', (code) => {
    expect(isTransient(withCode(code))).toBe(true);
  });

  it('is DDL that met the like of it, such as grants of two at once', () => {
    expect(isTransient(withCode('XX000', 'tuple concurrently updated'))).toBe(true);
    expect(isTransient(withCode('XX000', 'cache lookup failed'))).toBe(false);
  });

  it.each(['42501', '42P07', '28P01', '3D000', '23505'])('is not %s', (code) => {
    expect(isTransient(withCode(code))).toBe(false);
  });
});
