import { describe, expect, it } from '@jest/globals';
import { dictionary } from '@zxcvbn-ts/language-common';
import { passwordFault } from './guessable-passwords.js';

const hank = {
  email: 'h.scorpio+desk@globex.example',
  name: 'Hank Scorpió',
  places: ['globex-corp', 'Globex World Domination'],
};

const codeOf = (password: string, owner = hank) => passwordFault(password, owner)?.[0];

describe('a password is refused', () => {
  it.each([
    ['a run of digits', '123456789012'],
    ['a run backwards', '987654321098'],
    ['one letter', 'aaaaaaaaaaaa'],
    ['the alphabet', 'abcdefghijkl'],
    ['a run in capitals', 'ABCDEFGHIJKLM'],
    ['a run in full width', '１２３４５６７８９０１２'],
    ['rows of keys', 'qwertyuiopas'],
    ['columns of keys', '1qaz2wsx3edc'],
    ['keys of another alphabet', 'йцукенгшщзхъ'],
    ['the shifted digits', '!@#$%^&*()!@'],
    ['two runs', 'abcdef123456'],
    ['runs behind separators', 'abcd-efgh-ijkl'],
    ['letters twice each', 'aabbccddeeff'],
    ['two runs in turns', 'a1b2c3d4e5f6'],
    ['few different characters', '111222333444'],
    ['a short unit', 'xyqxyqxyqxyq'],
    ['a short unit and a year', 'x7qpx7qp2026'],
  ])('that is %s', (_, password) => expect(codeOf(password)).toBe('too_simple'));

  it.each([
    ['a common one', 'leavemealone'],
    ['a common one in any case', 'LeaveMeAlone'],
    ['a common one with separators', 'leave-me-alone!'],
    ['a common one in compatibility forms', 'ｌｅａｖｅｍｅａｌｏｎｅ'],
    ['a common one with digits behind', 'Sunshine2026!'],
    ['a common one with letters around', 'xxSuperman99'],
    ['a common one twice', 'PasswordPassword'],
  ])('that is %s', (_, password) => expect(codeOf(password)).toBe('too_common'));

  it.each([
    ['the address', 'h.scorpio+desk@globex.example'],
    ['the address in another spelling', 'H_SCORPIO_DESK_GLOBEX_EXAMPLE'],
    ['the local part', 'h.scorpio+desk'],
    ['the local part and a year', 'hscorpiodesk2026'],
    ['the name', 'hank scorpio'],
    ['the name in decomposed form', 'Hank Scorpio\u0301'],
    ['the name and digits around', '12HankScorpio34'],
    ['the slug', 'globex-corp99'],
    ["the tenant's name", 'globexworlddomination1!'],
    ['a name and the slug', 'Scorpio-Globex'],
    ['a name, over and over', 'Scorpio Scorpio'],
  ])('that is %s', (_, password) => expect(codeOf(password)).toBe('too_personal'));

  it('by each of the commonest that are long enough', () => {
    const long = dictionary['passwords-common'].filter((entry) => entry.length >= 12);
    expect(long.length).toBeGreaterThan(100);
    expect(long.filter((password) => codeOf(password.toUpperCase()) === undefined)).toEqual([]);
  });
});

describe('a password passes', () => {
  it.each([
    'correct horse battery',
    'a password of many words',
    'beware of the doomsday',
    'donuts in the morning',
    'shaken, not stirred',
    'hank scorpio 12345',
    'globex 4 ever and ever',
    '我的密码很长而且没有人知道',
    'k7#mQ2!vX9@z',
    'VbQ3k-9_fLwZ0aXyTn4RpMsD',
  ])('%s', (password) => expect(codeOf(password)).toBeUndefined());

  it('whatever a name of one letter is', () => {
    expect(codeOf('correct horse battery', { email: 'a@b.example', name: 'R', places: ['e'] })).toBeUndefined();
  });
});
