import { describe, expect, it } from '@jest/globals';
import { writtenAddresses } from './written-addresses.js';

describe('the addresses in a pasted text', () => {
  it.each([
    ['cu9@cust.example'],
    ['<cu9@cust.example>'],
    ['"cu9@cust.example"'],
    ['“cu9@cust.example”'],
    ["'cu9@cust.example'"],
    ['‘cu9@cust.example’'],
    ['(cu9@cust.example)'],
    ['[cu9@cust.example]'],
    ['cu9@cust.example,'],
    ['cu9@cust.example;'],
    ['cu9@cust.example.'],
    ['cu9@cust.example...'],
    [' cu9@cust.example: '],
    ['Carl Customer <cu9@cust.example>'],
    ['"Customer, Carl" <cu9@cust.example>;'],
    ['Carl Customer cu9@cust.example'],
    ['mailto:cu9@cust.example'],
    ['<MAILTO:cu9@cust.example>'],
    ['mailto:cu9@cust.example?subject=Hello'],
    ['“<cu9@cust.example>”.'],
  ])('is one in %s', (text) => {
    expect(writtenAddresses(text)).toEqual(['cu9@cust.example']);
  });

  it('are all of a list, each once', () => {
    expect(writtenAddresses('a@x.example, B <b@x.example>; a@x.example')).toEqual(['a@x.example', 'b@x.example']);
  });

  it('keep what belongs to them', () => {
    expect(writtenAddresses("o'brien+tag@x-y.example")).toEqual(["o'brien+tag@x-y.example"]);
  });

  it.each(['Carl Customer', '', "''", '<>', '.,;'])('are none in %j', (text) => {
    expect(writtenAddresses(text)).toEqual([]);
  });
});
