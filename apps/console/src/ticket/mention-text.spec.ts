import { describe, expect, it } from '@jest/globals';
import { colleaguesLike, mentionBefore, mentionLabel, readMentions, withMentions } from './mention-text.js';

const anna = { id: '01a2266c-9912-7a71-8f2c-931a3d9b2b7b', name: 'Anna Berg', email: 'anna@acme.example' };
const other = { id: '01a2266c-9912-7a71-8f2c-931a3d9b2b7c', name: 'Anna Berg', email: 'berg@acme.example' };
const jo = { id: '01a2266c-9912-7a71-8f2c-931a3d9b2b7d', name: 'Jo', email: 'jo@acme.example' };

describe('mentionLabel', () => {
  it('is the name alone, and with the address if two have it', () => {
    expect(mentionLabel(anna, [anna, jo])).toBe('Anna Berg');
    expect(mentionLabel(anna, [anna, other])).toBe('Anna Berg (anna@acme.example)');
  });
});

describe('mentionBefore', () => {
  it.each([
    ['@', 1, { at: 0, words: '' }],
    ['See @an', 7, { at: 4, words: 'an' }],
    ['See @anna be', 12, { at: 4, words: 'anna be' }],
    ['(@jo', 4, { at: 1, words: 'jo' }],
    ['mail me at jo@acme', 18, undefined],
    ['See @an', 3, undefined],
    ['@anna berg has it', 17, undefined],
  ])('in %j at %d', (text, caret, expected) => {
    expect(mentionBefore(text, caret)).toEqual(expected);
  });
});

describe('colleaguesLike', () => {
  it('finds by the beginning of each word of the name, and of the address', () => {
    expect(colleaguesLike('be', [anna, jo])).toEqual([anna]);
    expect(colleaguesLike('JO@', [anna, jo])).toEqual([jo]);
    expect(colleaguesLike('erg', [anna, jo])).toEqual([]);
  });
});

describe('withMentions', () => {
  const mentioned = { Jo: jo.id, 'Jo Ann': anna.id };

  it('names the chosen ones, the longest name first', () => {
    expect(withMentions('@Jo and @Jo Ann, look', mentioned)).toBe(
      `@[Jo](user:${jo.id}) and @[Jo Ann](user:${anna.id}), look`,
    );
  });

  it('leaves longer words, other names and addresses alone', () => {
    for (const text of ['@Josephine', '@Anna', 'me@home.example', 'no mention']) {
      expect(withMentions(text, mentioned)).toBe(text);
    }
  });
});

describe('readMentions', () => {
  it('is the way back of withMentions', () => {
    const text = `@[Jo](user:${jo.id}) and @[Jo Ann (jo@home.example)](user:${anna.id}), look at [this](https://x.example)`;
    const { body, mentioned } = readMentions(text);
    expect(body).toBe('@Jo and @Jo Ann (jo@home.example), look at [this](https://x.example)');
    expect(withMentions(body, mentioned)).toBe(text);
  });
});
