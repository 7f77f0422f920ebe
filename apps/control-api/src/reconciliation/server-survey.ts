import { queryLoginPrefix, slotPrefix } from '../tenant-databases/names.js';
import { ownerRole, type Queryable } from '../tenant-databases/server-roles.js';
import { strayPrivileges, type StrayPrivilege } from '../tenant-databases/stray-privileges.js';

export interface SurveyedDatabase {
  readonly name: string;
  /** Whether `helpdeskly_owner` owns it. */
  readonly owned: boolean;
  readonly comment: string | null;
  /** Whether an interrupted DROP DATABASE left it. */
  readonly invalid: boolean;
  /** Settings for every role that connects to it, `name=value`, sorted. */
  readonly settings: readonly string[];
}

export interface SurveyedRole {
  readonly name: string;
  readonly comment: string | null;
  readonly login: boolean;
  readonly connectionLimit: number;
  /** `name=value`, sorted; settings for one database begin with its name. */
  readonly settings: readonly string[];
  /** The roles it is a member of, and their options other than INHERIT, sorted. */
  readonly memberships: readonly string[];
  /** Attributes that no tenant's role should have, as in `CREATE ROLE`. */
  readonly attributes: readonly string[];
  /** Whether it may connect to the database with its name. */
  readonly connects: boolean;
}

/** Everything on a server that belongs to Helpdeskly, or looks so. */
export interface ServerSurvey {
  readonly databases: readonly SurveyedDatabase[];
  readonly roles: readonly SurveyedRole[];
  /** Logins of fleet queries that should have ended by now. */
  readonly expired: readonly Pick<SurveyedRole, 'name' | 'comment'>[];
  readonly stray: readonly StrayPrivilege[];
  /** The replication slots of tenants that move, or moved. */
  readonly slots: readonly { readonly name: string; readonly database: string }[];
  /** Whether the administrator may limit the roles' temporary files. */
  readonly limitsTempFiles: boolean;
  /** The server's verifier of each role's password; undefined if the administrator may not read that. */
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
  const { rows: expired } = await admin.query<Pick<SurveyedRole, 'name' | 'comment'>>(
    `SELECT rolname AS name, shobj_description(oid, 'pg_authid') AS comment
       FROM pg_roles WHERE rolname ~ '^${queryLoginPrefix}[0-9a-f]{16}$' AND rolvaliduntil < now()`,
  );
  const { rows: may } = await admin.query<{ limits: boolean; reads: boolean }>(
    `SELECT has_parameter_privilege('temp_file_limit', 'SET') AS limits, has_table_privilege('pg_authid', 'SELECT') AS reads`,
  );
  const verifiers = may[0]?.reads === true ? await verifiersOf(admin) : undefined;
  const { rows: slots } = await admin.query<{ name: string; database: string }>(
    `SELECT slot_name::text AS name, database::text AS database FROM pg_replication_slots WHERE slot_name LIKE $1`,
    [`${slotPrefix.replaceAll('_', '\\_')}%`],
  );
  const stray = await strayPrivileges(admin);
  return { databases, roles, expired, stray, slots, limitsTempFiles: may[0]?.limits === true, verifiers };
}

async function verifiersOf(admin: Queryable): Promise<ReadonlyMap<string, string | null>> {
  const { rows } = await admin.query<{ name: string; verifier: string | null }>(
    `SELECT rolname AS name, rolpassword AS verifier FROM pg_authid WHERE ${isTenantRole}`,
  );
  return new Map(rows.map(({ name, verifier }) => [name, verifier]));
}
