import { describe, expect, it } from '@jest/globals';
import { declaresNoTransaction } from './declarations.js';

describe('a script declares -- no-transaction', () => {
  it.each([
    ['-- no-transaction\nVACUUM "Ticket"'],
    ['\n-- Why it is there.\n  --no-transaction  \r\nCREATE INDEX CONCURRENTLY i ON t (x);\n'],
  ])('in its leading comment lines: %j', (sql) => {
    expect(declaresNoTransaction(sql)).toBe(true);
  });

  it.each([
    ['CREATE TABLE a (b int)\n-- no-transaction\n'],
    ['-- this needs no-transaction\nSELECT 1; SELECT 2'],
    ["SELECT '\n-- no-transaction\n'"],
    [''],
  ])('nowhere else: %j', (sql) => {
    expect(declaresNoTransaction(sql)).toBe(false);
  });

  it.each([
    ['-- no-transaction\nSELECT 1; SELECT 2', 2],
    ['-- no-transaction\n', 0],
  ])('and has one statement: %j', (sql, count) => {
    expect(() => declaresNoTransaction(sql)).toThrow(`has one statement; this one has ${count}.`);
  });
});
