import { describe, expect, it } from '@jest/globals';
import { csvOf, wantsCsv } from './csv.js';

describe('a CSV file', () => {
  it('quotes what has to be, and keeps formulas from running', () => {
    const rows = [
      { name: 'Acme, "Inc."', count: -1 },
      { name: '=HYPERLINK("evil")', count: null },
      { name: 'two\nlines', count: 0 },
    ];
    expect(csvOf(['name', 'count'], rows)).toBe(
      'name,count\r\n"Acme, ""Inc.""",-1\r\n"\'=HYPERLINK(""evil"")",\r\n"two\nlines",0\r\n',
    );
  });

  it('has a header when it has no rows', () => {
    expect(csvOf(['name', 'count'], [])).toBe('name,count\r\n');
  });

  it.each([
    ['text/csv', true],
    ['Text/CSV; header=present, */*;q=0.1', true],
    ['application/json, text/csv;q=0.5', false],
    ['application/json;q=0.5, text/csv', true],
    ['text/csv;q=0', false],
    ['*/*', false],
    [undefined, false],
  ])('is what Accept: %s asks for: %s', (accept, wanted) => {
    expect(wantsCsv(accept)).toBe(wanted);
  });
});
