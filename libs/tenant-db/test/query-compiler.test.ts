import { beforeAll, describe, expect, it } from '@jest/globals';
import { QueryCompiler } from '@helpdeskly/database/query-compiler';
import { PrismaClient } from '@helpdeskly/tenant-db';
import { PrismaPg } from '@prisma/adapter-pg';

const schemaOf = (column: string) => `
  datasource db {
    provider = "postgresql"
  }
  model Thing {
    id Int @id
    ${column} String
  }`;
const compilerOf = (column: string, schemaName?: string) =>
  new QueryCompiler({
    datamodel: schemaOf(column),
    provider: 'postgres',
    connectionInfo: { schemaName, supportsRelationJoins: true },
  });

const query = (action: string, parameters: object, selection: object = { $scalars: true }) =>
  JSON.stringify({ modelName: 'Thing', action, query: { arguments: parameters, selection } });
const all = query('findMany', {});

describe('the query compiler', () => {
  beforeAll(async () => {
    const client = new PrismaClient({ adapter: new PrismaPg({ host: 'nowhere.invalid' }) });
    await client.$connect(); // Loads Prisma's WebAssembly; pg connects with the first query.
  });

  it('makes a plan once for all clients of a schema', () => {
    expect(compilerOf('name').compile(all)).toBe(compilerOf('name').compile(all));
    expect(compilerOf('name').compile(all)).not.toBe(compilerOf('name', 'other').compile(all));
    expect(JSON.stringify(compilerOf('name').compile(all))).toContain('"name"');
    expect(JSON.stringify(compilerOf('title').compile(all))).not.toContain('"name"');
  });

  it('does not take the plan of one query for a batch of it', () => {
    const batch = `{"batch":[${all},${all}],"transaction":null}`;
    const compiler = compilerOf('name');
    expect(compiler.compileBatch(batch)).toBe(compiler.compileBatch(batch));
    expect(() => compiler.compile(batch)).toThrow();
  });

  it.each(['createMany', 'createManyAndReturn'])('keeps no plan of %s, which is for one number of rows', (action) => {
    const rows = query(action, { data: [{ id: 1, name: 'somebody' }] });
    const [first, second] = [compilerOf('name').compile(rows), compilerOf('name').compile(rows)];
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });

  it('keeps nothing of a query that it refuses, and works on', () => {
    const compiler = compilerOf('name');
    for (let time = 0; time < 2; time++)
      expect(() => compiler.compile(query('findMany', {}, { nothing: true }))).toThrow(/nothing/);
    expect(compiler.compile(all)).toEqual(compilerOf('name').compile(all));
  });

  it('works on for others when a client ends', () => {
    const [one, other] = [compilerOf('name'), compilerOf('name')];
    one.free();
    expect(other.compile(query('findFirst', {}))).toBeDefined();
  });
});
