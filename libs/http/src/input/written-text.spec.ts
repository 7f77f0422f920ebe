import { describe, expect, it } from '@jest/globals';
import { hasInvisible, isBlank, nameKeyOf, tidy } from './written-text.js';

describe('a text', () => {
  it('is kept composed and without spaces around it', () => {
    expect(tidy(' Mu\u0308ller\u00a0\n')).toBe('Müller');
    expect(tidy('\u1112\u1161\u11ab')).toBe('한');
    expect([tidy(7), tidy(null)]).toEqual([7, null]);
  });

  it.each([
    '',
    ' ',
    '\u00a0\u3000',
    '\u200b',
    '\u200b \u2060',
    '\ufeff',
    '\u00ad',
    '\u202e\u2066',
    '\u3164',
    '\u2800\u2800',
    '\u115f\u1160\uffa0',
    '\u180e',
    '\u034f',
    '\ufe0f',
    '\u{e0020}',
    '\u0300',
    ' \u0301\u0308 ',
    '\u064e',
    '\u20dd',
  ])('is blank when nobody sees anything of it: %j', (text) => expect(isBlank(text)).toBe(true));

  it.each(['a', '\u200ba', '.', '👍', '❤️', 'ไ', '한', '\u0301a', '„'])('is not blank when somebody does: %j', (text) =>
    expect(isBlank(text)).toBe(false),
  );

  it.each(['a\u200bb', 'a b', 'a\u00adb', '\u202eab', 'ab\u2060', 'a\ufeffb', 'a\u3164', 'a\u2800'])(
    'may hold what nobody sees: %j',
    (text) => expect(hasInvisible(text)).toBe(true),
  );

  it('may hold nothing of the kind', () => {
    for (const text of ['müller@straße.example', "o'neil+x@y.example", '用户@例子.example'])
      expect([text, hasInvisible(text)]).toEqual([text, false]);
  });

  it('is the same name as another one that looks the same', () => {
    expect(nameKeyOf('Mu\u0308ller\u200b GmbH')).toBe(nameKeyOf('MÜLLER GmbH'));
    expect(nameKeyOf('Muller')).not.toBe(nameKeyOf('Müller'));
  });
});
