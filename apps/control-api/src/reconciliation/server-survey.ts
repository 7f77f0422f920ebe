import { ownerRole, type Queryable } from '../tenant-databases/server-roles.js';
import { strayPrivileges, type StrayPrivilege } from '../tenant-databases/stray-privileges.js';

export interface SurveyedDatabase {
  readonly name: string;
  /** Whether it belongs to the role that owns what Helpdeskly makes. */
  readonly owned: boolean;
  readonly comment: string | null;
  /** Left by a DROP DATABASE that did not come to its end. */
  readonly invalid: boolean;
  /** Of every role that connects to it, `name=value`, sorted. */
  readonly settings: readonly string[];
}

export interface SurveyedRole {
  readonly name: string;
  readonly comment: string | null;
  readonly login: boolean;
  readonly connectionLimit: number;
  /** `name=value`, sorted; those of a single database begin with its name. */
  readonly settings: readonly string[];
  /** Roles that it is a member of, and what beside INHERIT comes with them, sorted. */
  readonly memberships: readonly string[];
  /** What `CREATE ROLE` would call those of its attributes that no tenant's role has. */
  readonly attributes: readonly string[];
  /** Whether it may connect to the database of its name. */
  readonly connects: boolean;
}

/** What a server holds that is Helpdeskly's, or looks so. */
export interface ServerSurvey {
  readonly databases: readonly SurveyedDatabase[];
  readonly roles: readonly SurveyedRole[];
  readonly stray: readonly StrayPrivilege[];
  /** Whether the administrator may give roles a limit of temporary files. */
  readonly limitsTempFiles: boolean;
  /** What the server keeps of each role's password; undefined where the administrator may not read that. */
  readonly verifiers: ReadonlyMap<string, string | null> | undefined;
}

const isTenantRole = `rolname ~ '^t_[0-9a-f]{32}_[ab]$'`;

export async function surveyServer(admin: Queryable): Promise<ServerSurvey> {
  const { rows: databases } = await admin.query<SurveyedDatabase>(
    `SELECT datname AS name, pg_get_userbyid(datdba) = $1 AS owned, datconnlimit = -2 AS invalid,
            shobj_description(oid, 'pg_database') AS comment,
            ARRAY(SELECT unnest(setconfig) FROM pg_db_role_setting
                   WHERE setdatabase = pg_database.oid AND setrole = 0 ORDER BY 1) AS settings
       FROM pg_database
      WHERE pg_get_userbyid(datdba) = $1 OR shobj_description(oid, 'pg_database') LIKE 'helpdeskly:%'`,
    [ownerRole],
  );
  const { rows: roles } = await admin.query<SurveyedRole>(
    `SELECT r.rolname AS name, shobj_description(r.oid, 'pg_authid') AS comment, r.rolcanlogin AS login,
            r.rolconnlimit AS "connectionLimit",
            ARRAY(SELECT coalesce(quote_ident(sd.datname) || ': ', '') || setting
                    FROM pg_db_role_setting LEFT JOIN pg_database sd ON sd.oid = setdatabase, unnest(setconfig) AS setting
                   WHERE setrole = r.oid ORDER BY 1) AS settings,
            ARRAY(SELECT DISTINCT m.roleid::regrole || CASE WHEN m.inherit_option THEN '' ELSE ' without inheriting' END
                         || CASE WHEN m.set_option THEN ' as which it may act' ELSE '' END
                         || CASE WHEN m.admin_option THEN ' which it may grant' ELSE '' END
                    FROM pg_auth_members m WHERE m.member = r.oid ORDER BY 1) AS memberships,
            array_remove(ARRAY[CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
                               CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END,
                               CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END,
                               CASE WHEN r.rolvaliduntil < 'infinity' THEN 'VALID UNTIL ' || r.rolvaliduntil END], NULL) AS attributes,
            coalesce(has_database_privilege(r.oid, d.oid, 'CONNECT'), false) AS connects
       FROM pg_roles r LEFT JOIN pg_database d ON d.datname = substring(r.rolname FROM 1 FOR 34)
      WHERE r.${isTenantRole}`,
  );
  const { rows: may } = await admin.query<{ limits: boolean; reads: boolean }>(
    `SELECT has_parameter_privilege('temp_file_limit', 'SET') AS limits, has_table_privilege('pg_authid', 'SELECT') AS reads`,
  );
  const verifiers = may[0]?.reads === true ? await verifiersOf(admin) : undefined;
  const stray = await strayPrivileges(admin);
  return { databases, roles, stray, limitsTempFiles: may[0]?.limits === true, verifiers };
}

async function verifiersOf(admin: Queryable): Promise<ReadonlyMap<string, string | null>> {
  const { rows } = await admin.query<{ name: string; verifier: string | null }>(
    `SELECT rolname AS name, rolpassword AS verifier FROM pg_authid WHERE ${isTenantRole}`,
  );
  return new Map(rows.map(({ name, verifier }) => [name, verifier]));
}
