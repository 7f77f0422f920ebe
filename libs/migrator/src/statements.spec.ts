import { describe, expect, it } from '@jest/globals';
import { isOneTransaction, mayCommit, statementsOf } from './statements.js';

const texts = (script: string) => statementsOf(script).map(({ text }) => text);

describe('statementsOf', () => {
  it('splits at semicolons and says on which line each begins', () => {
    expect(statementsOf('SELECT 1;\n\nSELECT\n 2;').map(({ text, line }) => [line, text])).toEqual([
      [1, 'SELECT 1'],
      [3, 'SELECT\n 2'],
    ]);
  });

  it('counts a last statement without a semicolon', () => {
    expect(texts('SELECT 1; SELECT 2')).toEqual(['SELECT 1', 'SELECT 2']);
  });

  it('leaves out what PostgreSQL runs nothing for', () => {
    expect(texts('-- a; comment\n;; /* nested /* ; */ ; */ ;\nSELECT 1; -- done;')).toEqual(['SELECT 1']);
  });

  it.each([
    [`INSERT INTO t VALUES ('a;b''; c')`],
    [`SELECT E'it\\'s; fine'`],
    ['SELECT "odd;""name;" FROM t'],
    ['DO $$ BEGIN PERFORM 1; END $$'],
    ['CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $body$ SELECT $$;$$; SELECT 1; $body$'],
    ['SELECT 1 -- ;\n + 1'],
    ['SELECT /* ; */ 1'],
    ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END'],
    [
      'create or replace procedure p() language sql begin atomic INSERT INTO t VALUES (CASE WHEN a THEN 1 END); DELETE FROM t; end',
    ],
    ['CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)'],
    ['CREATE TABLE atomic ("begin" int, "end" int)'],
  ])('keeps together %s', (statement) => {
    expect(texts(`${statement}; SELECT 2`)).toEqual([statement, 'SELECT 2']);
  });

  it('takes a dollar sign within a name or before a number for itself', () => {
    expect(texts('SELECT a$b; SELECT c$d; SELECT $1; SELECT $2')).toEqual([
      'SELECT a$b',
      'SELECT c$d',
      'SELECT $1',
      'SELECT $2',
    ]);
  });

  it('goes on to the end of a script whose quotes are not closed', () => {
    expect(texts(`SELECT 'a; SELECT 2`)).toEqual([`SELECT 'a`, 'SELECT 2']);
    expect(texts('SELECT 1 /* ; SELECT 2')).toEqual(['SELECT 1 /* ; SELECT 2']);
  });
});

describe('isOneTransaction', () => {
  it.each([
    ['CREATE TABLE a (b int); CREATE INDEX ON a (b)'],
    ['-- CREATE INDEX CONCURRENTLY\nALTER TABLE a ADD COLUMN "commit" int'],
    [`INSERT INTO a VALUES ('BEGIN; COMMIT')`],
    ['DO $$ BEGIN PERFORM 1; END $$'],
    ['REINDEX TABLE a'],
    ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 1'],
    ['DO $$ BEGIN -- commit later\n PERFORM 1; END $$'],
    [`DO $$ BEGIN RAISE NOTICE 'commit'; END $$; SELECT 1`],
    ['CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$'],
  ])('says so of %s', (script) => {
    expect(isOneTransaction(script)).toBe(true);
  });

  it.each([
    ['BEGIN; SELECT 1; COMMIT'],
    ['CREATE UNIQUE INDEX CONCURRENTLY i ON a (b)'],
    ['drop index concurrently i'],
    ['REINDEX (VERBOSE) TABLE CONCURRENTLY a'],
    ['VACUUM a'],
    ['ALTER TABLE a DETACH PARTITION b CONCURRENTLY'],
  ])('denies it of %s', (script) => {
    expect(isOneTransaction(script)).toBe(false);
  });
});

describe('mayCommit', () => {
  it('says so of a block or a call that stands alone', () => {
    const scripts = [
      'DO $$ BEGIN COMMIT; END $$',
      '-- all\ncall p();',
      'DO $$ BEGIN END $$; SELECT 1',
      'SELECT 1',
      'docall',
    ];
    expect(scripts.map(mayCommit)).toEqual([true, true, false, false, false]);
  });
});
