import { ownerRole, type Queryable } from '../tenant-databases/server-roles.js';

export interface SurveyedDatabase {
  readonly name: string;
  /** Whether it belongs to the role that owns what Helpdeskly makes. */
  readonly owned: boolean;
  readonly comment: string | null;
  /** Left by a DROP DATABASE that did not come to its end. */
  readonly invalid: boolean;
}

export interface SurveyedRole {
  readonly name: string;
  readonly comment: string | null;
  readonly login: boolean;
  readonly connectionLimit: number;
  /** In milliseconds; null when the role has none of its own. */
  readonly statementTimeoutMs: number | null;
  /** Whether it may connect to the database of its name. */
  readonly connects: boolean;
}

/** What a server holds that is Helpdeskly's, or looks so. */
export interface ServerSurvey {
  readonly databases: readonly SurveyedDatabase[];
  readonly roles: readonly SurveyedRole[];
}

export async function surveyServer(admin: Queryable): Promise<ServerSurvey> {
  const { rows: databases } = await admin.query<SurveyedDatabase>(
    `SELECT datname AS name, pg_get_userbyid(datdba) = $1 AS owned, datconnlimit = -2 AS invalid,
            shobj_description(oid, 'pg_database') AS comment
       FROM pg_database
      WHERE pg_get_userbyid(datdba) = $1 OR shobj_description(oid, 'pg_database') LIKE 'helpdeskly:%'`,
    [ownerRole],
  );
  const { rows: roles } = await admin.query<SurveyedRole>(
    `SELECT r.rolname AS name, shobj_description(r.oid, 'pg_authid') AS comment, r.rolcanlogin AS login,
            r.rolconnlimit AS "connectionLimit",
            (SELECT substring(setting FROM '^statement_timeout=(\\d+)$')::int
               FROM unnest(r.rolconfig) AS setting WHERE setting LIKE 'statement_timeout=%') AS "statementTimeoutMs",
            coalesce(has_database_privilege(r.oid, d.oid, 'CONNECT'), false) AS connects
       FROM pg_roles r LEFT JOIN pg_database d ON d.datname = substring(r.rolname FROM 1 FOR 34)
      WHERE r.rolname ~ '^t_[0-9a-f]{32}_[ab]$'`,
  );
  return { databases, roles };
}
