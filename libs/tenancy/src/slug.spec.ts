import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isReservedSlug, isSlug } from './slug.js';

describe('a slug', () => {
  it.each(['ab', 'a1', '42', 'acme', 'acme-corp', 'a-b-c', 'x'.repeat(50), `a${'-b'.repeat(24)}`])(
    'may be %s',
    (slug) => {
      expect(isSlug(slug)).toBe(true);
    },
  );

  it.each([
    '',
    'a',
    'x'.repeat(51),
    '-acme',
    'acme-',
    'ac--me',
    'xn--acme',
    'Acme',
    'acme_corp',
    'acme.corp',
    'acmé',
    'acme\n',
    ' acme',
    '0193a5b0-7c1e-7d3f-8a2b-5c6d7e8f9a0b',
  ])('may not be %j', (slug) => {
    expect(isSlug(slug)).toBe(false);
  });

  it('is always a label of a host name', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (isSlug(text)) expect(new URL(`http://${text}.localhost/`).hostname).toBe(`${text}.localhost`);
      }),
    );
  });
});

describe('a reserved slug', () => {
  const named = 'api www admin app control static assets mail smtp ftp status docs help support top'.split(' ');

  it.each(named)('is %s', (slug) => {
    expect(isReservedSlug(slug)).toBe(true);
  });

  it('is no name that merely begins like one', () => {
    expect(['api2', 'wwwe', 'acme', 'constructor', 'toString'].filter(isReservedSlug)).toEqual([]);
  });
});
