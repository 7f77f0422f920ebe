import { escapeLiteral } from 'pg';
import { despiteContention } from './contention.js';
import type { Queryable } from './server-roles.js';

/** How many connections each of these login roles of one tenant may have. */
export interface RoleLimit {
  readonly roles: readonly string[];
  readonly maxConnections: number;
}

/** Sets the connection limits of many roles in one statement; skips roles that do not exist yet, or no longer. */
export async function limitTenantRoles(admin: Queryable, limits: readonly RoleLimit[]): Promise<void> {
  const each = limits.flatMap(({ roles, maxConnections }) => roles.map((role) => ({ role, limit: maxConnections })));
  await despiteContention(() =>
    admin.query(`
      DO LANGUAGE plpgsql ${escapeLiteral(`
        DECLARE wanted record;
        BEGIN
          FOR wanted IN
            SELECT w."role", w."limit"
              FROM jsonb_to_recordset(${escapeLiteral(JSON.stringify(each))}) AS w("role" text, "limit" int)
              JOIN pg_roles r ON r.rolname = w."role" AND r.rolconnlimit <> w."limit"
          LOOP
            BEGIN
              EXECUTE format('ALTER ROLE %I CONNECTION LIMIT %s', wanted."role", wanted."limit");
            EXCEPTION WHEN undefined_object THEN NULL;
            END;
          END LOOP;
        END`)}`),
  );
}
