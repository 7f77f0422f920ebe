import { describe, expect, it } from '@jest/globals';
import { personalWords } from './personal-words.js';

describe('what a person is known by', () => {
  it('are the addresses, as they stand in links too, and the names, the longest first', () => {
    expect(personalWords(['lee@y.example'], ['Kim Lee', 'Kim Lee Park'])).toEqual({
      addresses: ['lee%40y.example', 'lee@y.example'],
      names: ['Kim Lee Park', 'Kim Lee'],
    });
  });

  it('is spelled with composed letters and with decomposed ones', () => {
    expect(personalWords([], ['Zoë']).names).toEqual(['Zoë'.normalize('NFD'), 'Zoë'.normalize('NFC')]);
  });

  it.each([
    ['Al', []],
    ['  Al ', []],
    ['Ann', ['Ann']],
    ['李雷', ['李雷']],
    ['李', []],
    ['🎫🎫', []],
  ])('is of %j: %j', (name, names) => {
    expect(personalWords([], [name]).names).toEqual(names);
  });

  it('says each word once', () => {
    expect(personalWords(['a@x', 'a@x'], ['Ann', 'Ann'])).toEqual({ addresses: ['a%40x', 'a@x'], names: ['Ann'] });
  });
});
