import { describe, expect, it } from '@jest/globals';
import { Passwords } from './passwords.js';

const passwords = new Passwords();

describe('a password', () => {
  it('is kept as argon2id with 19 MiB and two passes', async () => {
    expect(await passwords.hash('correct horse battery')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('has a salt of its own each time', async () => {
    expect(await passwords.hash('correct horse battery')).not.toBe(await passwords.hash('correct horse battery'));
  });

  it('is told from others, its spaces and case included', async () => {
    const stored = await passwords.hash('correct horse battery');
    expect(await passwords.verify(stored, 'correct horse battery')).toBe(true);
    for (const other of ['correct horse batterY', 'correct horse battery ', 'correct horse', '']) {
      expect(await passwords.verify(stored, other)).toBe(false);
    }
  });

  it.each([null, undefined])('never belongs to an account whose hash is %s', async (stored) => {
    for (const tried of ['nobody has this password', '', 'anything']) {
      expect(await passwords.verify(stored, tried)).toBe(false);
    }
  });
});
