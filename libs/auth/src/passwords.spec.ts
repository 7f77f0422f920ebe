import { describe, expect, it } from '@jest/globals';
import { hash } from '@node-rs/argon2';
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

  it.each(['Zoë’s grüne Gärten', 'Ångström ﬁber', '비밀번호는 아주 길다', 'ďábelské ódy'])(
    'is the same composed and decomposed: %s',
    async (typed) => {
      const spellings = [typed.normalize('NFC'), typed.normalize('NFD')];
      for (const set of spellings) {
        const stored = await passwords.hash(set);
        for (const tried of spellings) expect(await passwords.verify(stored, tried)).toBe(true);
      }
    },
  );

  it('is not the same in letters that only look alike', async () => {
    const stored = await passwords.hash('ﬁrst ① of ＡＢＣ');
    expect(await passwords.verify(stored, 'first 1 of ABC')).toBe(false);
  });

  it('that was hashed as it came, before texts were composed, is still accepted', async () => {
    const typed = 'Zoë’s grüne Gärten'.normalize('NFD');
    const stored = await hash(typed, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    expect(await passwords.verify(stored, typed)).toBe(true);
    expect(await passwords.verify(stored, `${typed}!`)).toBe(false);
    for (const nobody of [null, undefined]) expect(await passwords.verify(nobody, typed)).toBe(false);
  });

  it.each([null, undefined])('never belongs to an account whose hash is %s', async (stored) => {
    for (const tried of ['nobody has this password', '', 'anything']) {
      expect(await passwords.verify(stored, tried)).toBe(false);
    }
  });
});
