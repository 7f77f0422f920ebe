/**
 * The SQLSTATE behind an error, whether pg threw it or Prisma wrapped it (raw queries: P2010 with the state in `meta`;
 * driver adapters: a `cause` with `originalCode`), or undefined.
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

/** Whether a write broke a unique constraint, optionally one whose name or columns contain `constraint`. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const prismaCode = (error as { code?: unknown } | null)?.code;
  if (sqlState(error) !== '23505' && prismaCode !== 'P2002') return false;
  if (constraint === undefined) return true;
  return describe(error).includes(constraint);
}

/** SQLSTATEs are five of `[0-9A-Z]`, Prisma's codes are `P` and four digits: the class `P0` is PL/pgSQL's. */
function isState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !/^P[1-9]\d{3}$/.test(code);
}

function describe(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error, depth = 0; typeof at === 'object' && at !== null && depth < 6; depth++) {
    const seen = at as { message?: unknown; constraint?: unknown; meta?: unknown; cause?: unknown };
    parts.push(
      typeof seen.message === 'string' ? seen.message : '',
      JSON.stringify(seen.constraint ?? ''),
      JSON.stringify(seen.meta ?? '', circularSafe()),
    );
    at = (seen.meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError ?? seen.cause;
  }
  return parts.join(' ');
}

function circularSafe(): (key: string, value: unknown) => unknown {
  const seen = new WeakSet();
  return (_key, value) => {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return undefined;
    seen.add(value);
    return value;
  };
}
