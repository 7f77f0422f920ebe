import { describe, expect, it } from '@jest/globals';
import { declarationsOf, declaresNoTransaction } from './declarations.js';

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

describe('a script declares -- compatible', () => {
  it.each([
    ['-- compatible\nALTER TABLE t ADD COLUMN c text', { compatible: true, noTransaction: false }],
    ['\uFEFF--compatible  \r\n-- no-transaction\r\nVACUUM t', { compatible: true, noTransaction: true }],
    ['-- no-transaction\n\n-- compatible\nVACUUM t', { compatible: true, noTransaction: true }],
  ])('beside others, in any order: %j', (sql, declared) => {
    expect(declarationsOf(sql)).toEqual(declared);
  });

  it.each([
    ['-- not compatible\nSELECT 1'],
    ['-- compatible?\nSELECT 1'],
    ['--- compatible\nSELECT 1'],
    ['/* compatible */\nSELECT 1'],
    ['SELECT 1;\n-- compatible\n'],
    [''],
  ])('only by a whole line of its head: %j', (sql) => {
    expect(declarationsOf(sql).compatible).toBe(false);
  });
});
