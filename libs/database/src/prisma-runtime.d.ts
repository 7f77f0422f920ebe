/** Prisma's query compiler, which has no types of its own. */
declare module '@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs' {
  export interface QueryCompilerSettings {
    readonly datamodel: string;
    readonly provider: string;
    readonly connectionInfo: object;
  }

  export class QueryCompiler {
    constructor(settings: QueryCompilerSettings);
    /** Throws a text of JSON if the query is not valid. */
    compile(query: string): object;
    compileBatch(queries: string): object;
    free(): void;
  }
}
