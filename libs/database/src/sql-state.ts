/**
 * The SQLSTATE of an error, or undefined. Finds it in errors of pg and of Prisma (raw queries: P2010 with the state in `meta`;
 * driver adapters: a `cause` with `originalCode`).
 * Source: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function sqlState(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; typeof at === 'object' && at !== null && depth < 6; depth++) {
    const seen = at as { code?: unknown; originalCode?: unknown; cause?: unknown; meta?: unknown };
    if (typeof seen.originalCode === 'string' && isState(seen.originalCode)) return seen.originalCode;
    if (typeof seen.code === 'string' && isState(seen.code)) return seen.code;
    const meta = seen.meta as { code?: unknown; driverAdapterError?: unknown } | undefined;
    if (typeof meta?.code === 'string' && isState(meta.code)) return meta.code;
    at = meta?.driverAdapterError ?? seen.cause;
  }
  return undefined;
}

/** Whether a write violated a unique index; `index` is the exact name of that index (or constraint). */
export function isUniqueViolation(error: unknown, index?: string): boolean {
  const prismaCode = (error as { code?: unknown } | null)?.code;
  if (sqlState(error) !== '23505' && prismaCode !== 'P2002') return false;
  return index === undefined || brokenIndex(error) === index;
}

/** The unique index that a write violated. PostgreSQL names it in a field of the error, which Prisma keeps as `constraint.index`. */
export function brokenIndex(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; typeof at === 'object' && at !== null && depth < 6; depth++) {
    const seen = at as { constraint?: unknown; meta?: { driverAdapterError?: unknown }; cause?: unknown };
    if (typeof seen.constraint === 'string') return seen.constraint;
    const { index } = (seen.constraint ?? {}) as { index?: unknown };
    if (typeof index === 'string') return index;
    at = seen.meta?.driverAdapterError ?? seen.cause;
  }
  return undefined;
}

/**
 * A SQLSTATE is five of `[0-9A-Z]`, a Prisma code `P` and four digits; the class `P0` is PL/pgSQL's. No class begins with E, but errors of
 * the system do, EPIPE among them.
 */
function isState(code: string): boolean {
  return /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code) && !/^P[1-9]\d{3}$/.test(code);
}
