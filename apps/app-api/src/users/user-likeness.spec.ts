import { describe, expect, it } from '@jest/globals';
import { spellings } from './user-likeness.js';

describe('what somebody may have meant', () => {
  it('is what was typed, and with two neighbours swapped', () => {
    expect(spellings('Jhon')).toEqual(['jhon', 'hjon', 'john', 'jhno']);
  });

  it('is only itself when it is long', () => {
    expect(spellings('x'.repeat(41))).toEqual(['x'.repeat(41)]);
  });

  it('keeps letters of more than one UTF-16 unit whole', () => {
    expect(spellings('a🎫')).toEqual(['a🎫', '🎫a']);
  });
});
