import { describe, expect, it } from '@jest/globals';
import { helpdeskAddress } from './helpdesk-address.js';

describe('helpdeskAddress', () => {
  it.each([
    ['acme', 'https://acme.desk.example/'],
    ['  Acme ', 'https://acme.desk.example/'],
    ['acme.desk.example', 'https://acme.desk.example/'],
    ['https://acme.desk.example/tickets', 'https://acme.desk.example/'],
    ['a', undefined],
    ['a--b', undefined],
    ['acme.other.example', undefined],
    ['two words', undefined],
    ['', undefined],
  ])('makes of %j %s', (typed, address) => {
    expect(helpdeskAddress('https://desk.example', typed)).toBe(address);
  });

  it('keeps the port', () => {
    expect(helpdeskAddress('http://localhost:3000', 'acme.localhost:3000')).toBe('http://acme.localhost:3000/');
  });
});
