import * as prisma from '@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs';
import { LRUCache } from 'lru-cache';

// Prisma links its WebAssembly module with this one: everything is what Prisma has, but for the compiler.
export * from '@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs';

type Way = 'compile' | 'compileBatch';

/** More plans than a schema's queries have. */
const mostPlans = 5000;
/** Beyond it a plan is not kept, nor that of an INSERT of rows: each number of rows has another one. */
const longestQuery = 50_000;
const insertsRows = /"action":"createMany/;

/** A schema's compiler, and the plans of its queries. A plan depends on the query's form alone: its values are parameters. */
class SchemaCompiler {
  private compiler: prisma.QueryCompiler | undefined;
  private readonly plans = new LRUCache<string, object>({ max: mostPlans });

  constructor(private readonly settings: prisma.QueryCompilerSettings) {}

  plan(way: Way, query: string): object {
    const isKept = query.length <= longestQuery && !insertsRows.test(query);
    const key = `${way} ${query}`;
    const known = isKept ? this.plans.get(key) : undefined;
    if (known !== undefined) return known;
    const plan = this.compile(way, query);
    if (isKept) this.plans.set(key, plan);
    return plan;
  }

  private compile(way: Way, query: string): object {
    this.compiler ??= new prisma.QueryCompiler(this.settings);
    try {
      return this.compiler[way](query);
    } catch (error) {
      if ((error as Error | undefined)?.name === 'RuntimeError') this.compiler = undefined; // WebAssembly's: it panicked.
      throw error;
    }
  }
}

const compilers = new Map<string, Map<string, SchemaCompiler>>();

function compilerOf(settings: prisma.QueryCompilerSettings): SchemaCompiler {
  const { datamodel, ...server } = settings;
  const ofSchema = compilers.get(datamodel) ?? new Map<string, SchemaCompiler>();
  compilers.set(datamodel, ofSchema);
  const key = JSON.stringify(server);
  const compiler = ofSchema.get(key) ?? new SchemaCompiler(settings);
  ofSchema.set(key, compiler);
  return compiler;
}

/**
 * Takes the place of Prisma's own, which each client has one of: all clients of a schema share one, and the plans that it made. A process
 * has hundreds of clients, and for each Prisma would read the schema and compile every query again.
 */
export class QueryCompiler {
  private readonly shared: SchemaCompiler;

  constructor(settings: prisma.QueryCompilerSettings) {
    this.shared = compilerOf(settings);
  }

  compile(query: string): object {
    return this.shared.plan('compile', query);
  }

  compileBatch(queries: string): object {
    return this.shared.plan('compileBatch', queries);
  }

  /** A client ends; others may go on. */
  free(): void {}
}
