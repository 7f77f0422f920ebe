import type { ClientBase } from 'pg';

interface Facts {
  readonly superuser: boolean;
  readonly keeper: boolean;
  readonly ownsDatabase: boolean;
  readonly ownsSchema: boolean;
  readonly members: boolean;
  readonly privileges: string[] | null;
}

/** Every table privilege of PostgreSQL except SELECT and INSERT. */
const tooMuch = ['UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'];

const question = `
  SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
         pg_has_role(c.relowner, 'MEMBER') AS keeper,
         pg_has_role(d.datdba, 'MEMBER') AS "ownsDatabase",
         pg_has_role(n.nspowner, 'MEMBER') OR has_schema_privilege(n.oid, 'CREATE') AS "ownsSchema",
         EXISTS (SELECT FROM pg_auth_members WHERE roleid = c.relowner) AS members,
         (SELECT array_agg(p) FROM unnest($1::text[]) AS p
           WHERE has_table_privilege(c.oid, p)
              OR (p IN ('UPDATE', 'REFERENCES') AND has_any_column_privilege(c.oid, p))) AS privileges
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_database d
   WHERE c.oid = 'audit."AuditEvent"'::regclass AND d.datname = current_database()`;

/**
 * Why the lock of the audit trail does not bind the role of `client`, in sentences. Empty if PostgreSQL itself lets the role only add
 * and read events. Source: prisma/control/audit.sql, which only a superuser can run.
 */
export async function weaknessesOfAuditLock(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<Facts>(question, [tooMuch]);
  const [facts] = rows;
  if (facts === undefined) throw new Error('the table audit."AuditEvent" is missing');
  const { superuser, keeper, ownsDatabase, ownsSchema, members, privileges } = facts;
  const found = superuser
    ? ['the control API signs in as a superuser']
    : [
        ...(keeper ? ['its role owns the table'] : []),
        ...(ownsSchema ? ['its role can change the schema audit'] : []),
        ...(ownsDatabase ? ['its role owns the database'] : []),
        ...(members ? ['the role that owns the table has members'] : []),
        ...(keeper || privileges === null ? [] : [`its role holds ${privileges.join(', ')} on the table`]),
      ];
  if (found.length === 0) return [];
  return [
    `The audit trail's lock is advisory: ${found.join(', ')}. A superuser makes it binding by prisma/control/audit.sql.`,
  ];
}
