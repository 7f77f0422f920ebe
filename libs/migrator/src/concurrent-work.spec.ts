import { describe, expect, it } from '@jest/globals';
import { concurrentWorkOf } from './concurrent-work.js';

const table = (name: string, schema?: string) => ({ schema, name });

describe('concurrentWorkOf', () => {
  it.each([
    ['CREATE INDEX CONCURRENTLY i ON t (x)', { index: 'i', table: table('t') }],
    [
      'create unique index concurrently if not exists "My ""I""" on only s."T" using btree (x)',
      {
        index: 'My "I"',
        table: table('T', 's'),
      },
    ],
    [
      'CREATE /* a */ INDEX -- b\n CONCURRENTLY Upper ON "public".Tickets (lower(x))',
      {
        index: 'upper',
        table: table('tickets', 'public'),
      },
    ],
    ['CREATE INDEX CONCURRENTLY ON t (x);', { index: undefined, table: table('t') }],
    ['CREATE INDEX CONCURRENTLY "on" ON t (x)', { index: 'on', table: table('t') }],
  ])('reads the name and the table of %s', (script, work) => {
    expect(concurrentWorkOf(script)).toEqual({ kind: 'create', ...work });
  });

  it.each([
    ['REINDEX INDEX CONCURRENTLY s.i'],
    ['REINDEX (VERBOSE) TABLE CONCURRENTLY t'],
    ['reindex (concurrently, verbose) schema public'],
  ])('knows %s as a rebuild', (script) => {
    expect(concurrentWorkOf(script)).toEqual({ kind: 'rebuild' });
  });

  it.each([
    ['DROP INDEX CONCURRENTLY i', table('i')],
    ['drop index concurrently if exists "S"."I" cascade', table('I', 'S')],
  ])('knows what %s drops', (script, index) => {
    expect(concurrentWorkOf(script)).toEqual({ kind: 'drop', index });
  });

  it.each([
    ['ALTER TABLE t DETACH PARTITION p CONCURRENTLY', table('t'), table('p')],
    ['alter table if exists "S".t detach partition s."P" concurrently;', table('t', 'S'), table('P', 's')],
  ])('knows what %s detaches', (script, from, partition) => {
    expect(concurrentWorkOf(script)).toEqual({ kind: 'detach', table: from, partition });
  });

  it.each([
    ['ALTER TABLE t DETACH PARTITION p'],
    ['ALTER TABLE t DETACH PARTITION p FINALIZE'],
    ['REFRESH MATERIALIZED VIEW CONCURRENTLY v'],
    ['CREATE INDEX i ON t (x)'],
    ['REINDEX TABLE t'],
    ['DROP INDEX i'],
    ["SELECT 'CREATE INDEX CONCURRENTLY i ON t (x)'"],
    ['CREATE INDEX CONCURRENTLY i ON t (x); SELECT 1'],
    ['-- nothing'],
  ])('has nothing to say of %s', (script) => {
    expect(concurrentWorkOf(script)).toBeUndefined();
  });
});
