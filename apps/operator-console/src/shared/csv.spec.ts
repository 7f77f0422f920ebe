import { expect, it } from '@jest/globals';
import { csvOf } from './csv.js';

it('quotes what has to be, and keeps formulas from running', () => {
  expect(
    csvOf([
      ['tenant', 'a "b"'],
      ['acme', '=1+1'],
      ['-1.5', 'x,y\nz'],
      ['-cmd', ''],
    ]),
  ).toBe('tenant,"a ""b"""\r\nacme,\'=1+1\r\n-1.5,"x,y\nz"\r\n\'-cmd,\r\n');
});
