/** A session that blocks others, from `pg_stat_activity`; fields that the current role may not see are null. */
export interface Holder {
  readonly pid: number;
  readonly application: string | null;
  readonly user: string | null;
  readonly state: string | null;
  /** Seconds since its transaction began, or since it connected if it has none. */
  readonly age: number | null;
}

/** The columns of a Holder, from `pg_stat_activity` as `a`. */
export const holderColumns = `
  a.pid, a.application_name AS "application", a.usename AS "user", a.state,
  extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.backend_start))::float8 AS "age"`;

/** `psql (user alice, idle in transaction, for 34 s)`. */
export function describeHolder({ pid, application, user, state, age }: Holder): string {
  const name = application === null || application === '' ? `an unnamed application, process ${pid}` : application;
  const facts = [
    `user ${user ?? 'unknown'}`,
    state ?? 'state unknown',
    ...(age === null ? [] : [`for ${Math.max(1, Math.round(age))} s`]),
  ];
  return `${name} (${facts.join(', ')})`;
}
