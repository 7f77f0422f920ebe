import pg from 'pg';

/** The catalogs whose rows have owners, and the columns of the owners. */
const owned = {
  pg_class: "relowner FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND relpersistence <> 't'",
  pg_proc: 'proowner FROM pg_proc WHERE true',
  pg_type: 'typowner FROM pg_type WHERE typrelid = 0 AND typelem = 0',
  pg_namespace: "nspowner FROM pg_namespace WHERE nspname !~ '^pg_(?:toast_)?temp_'",
  pg_operator: 'oprowner FROM pg_operator WHERE true',
  pg_opclass: 'opcowner FROM pg_opclass WHERE true',
  pg_opfamily: 'opfowner FROM pg_opfamily WHERE true',
  pg_collation: 'collowner FROM pg_collation WHERE true',
  pg_conversion: 'conowner FROM pg_conversion WHERE true',
  pg_ts_config: 'cfgowner FROM pg_ts_config WHERE true',
  pg_ts_dict: 'dictowner FROM pg_ts_dict WHERE true',
  pg_statistic_ext: 'stxowner FROM pg_statistic_ext WHERE true',
  pg_language: 'lanowner FROM pg_language WHERE true',
  pg_extension: 'extowner FROM pg_extension WHERE true',
  pg_event_trigger: 'evtowner FROM pg_event_trigger WHERE true',
  pg_publication: 'pubowner FROM pg_publication WHERE true',
  pg_foreign_data_wrapper: 'fdwowner FROM pg_foreign_data_wrapper WHERE true',
  pg_foreign_server: 'srvowner FROM pg_foreign_server WHERE true',
  pg_subscription:
    'subowner FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
};
/** `pg_shdepend` also calls the roles owners that default grants and user mappings are for: those own nothing. */
const counted = [...Object.keys(owned), 'pg_largeobject']
  .map((catalog) => `'pg_catalog.${catalog}'::regclass`)
  .join(', ');

/** PostgreSQL's own objects have lower OIDs. Source: FirstNormalObjectId in access/transam.h. */
const firstOfUsers = 16_384;

/** PostgreSQL's own roles have lower OIDs; `pg_shdepend` leaves their objects out. Source: FirstUnpinnedObjectId there. */
const firstOfUsersRoles = 12_000;

/** Where to look for foreign objects: in every catalog, or where a session without a superuser's rights can make some. */
type Search = 'everywhere' | 'recorded';

/** A session that may become the superuser who made the server can make anything, of which `pg_shdepend` says nothing. */
const mayBeAnybody = `pg_has_role(session_user, 10, 'MEMBER')`;

/**
 * What `owner` does not own: by `pg_shdepend`, which has a row for the owner of each object, and of the objects of
 * PostgreSQL's own roles those that anybody could have made for them. It reads six catalogs in place of twenty.
 */
function recorded(role: string): string {
  const pinned = (['pg_class', 'pg_proc', 'pg_type', 'pg_namespace'] as const).map((catalog) => {
    const [column, rest] = owned[catalog].split(' FROM ');
    return `SELECT 'pg_catalog.${catalog}'::regclass, oid, ${column} FROM ${rest} AND oid >= ${firstOfUsers} AND ${column} < ${firstOfUsersRoles}`;
  });
  const others = `
    SELECT d.classid, d.objid, d.refobjid
      FROM pg_shdepend d
     WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND d.deptype = 'o' AND d.objsubid = 0
       AND d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid <> ${role} AND d.classid IN (${counted})
       AND NOT EXISTS (SELECT FROM pg_class t
                        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND t.oid = d.objid AND t.relpersistence = 't')`;
  const subscriptions = `SELECT 'pg_catalog.pg_subscription'::regclass, oid, ${owned.pg_subscription}`; // Of the whole server.
  return [others, ...pinned, subscriptions].join(' UNION ALL ');
}

function everything(): string {
  const all = Object.entries(owned).map(
    ([catalog, rest]) => `SELECT 'pg_catalog.${catalog}'::regclass, oid, ${rest} AND oid >= ${firstOfUsers}`,
  );
  // A script may choose the OIDs of large objects.
  return [...all, `SELECT 'pg_catalog.pg_largeobject'::regclass, oid, lomowner FROM pg_largeobject_metadata`].join(
    ' UNION ALL ',
  );
}

/** Everything in this database that another role than `owner` owns, except what belongs to an extension. */
function foreign(owner: string, search: Search): string {
  const role = `${pg.escapeLiteral(pg.escapeIdentifier(owner))}::regrole`;
  return `
    SELECT o.class::oid || ':' || o.oid AS key,
           pg_describe_object(o.class, o.oid, 0) || ' (' || pg_get_userbyid(o.owner) || ')' AS description
      FROM (${search === 'recorded' ? recorded(role) : everything()}) AS o (class, oid, owner)
     WHERE o.owner <> ${role}
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype IN ('e', 'i'))`;
}

/** What others own before a script runs, which therefore has not made it: their keys. */
export async function foreignObjects(client: pg.ClientBase, owner: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ may: boolean }>(`SELECT ${mayBeAnybody} AS may`);
  const found = await client.query<{ key: string }>(foreign(owner, rows[0]?.may === false ? 'recorded' : 'everywhere'));
  return found.rows.map(({ key }) => key);
}

const refused = 'the script made objects as another owner than ';

/** A statement that fails, with the objects' names, if others than the owner own more than `before`. */
export function refusal(owner: string, before: readonly string[]): string {
  const made = (search: Search) => `
      SELECT string_agg(description, ', ' ORDER BY description) INTO made FROM (${foreign(owner, search)}) AS found
       WHERE key <> ALL (${pg.escapeLiteral(`{${before.join(',')}}`)}::text[]);`;
  return `DO $helpdeskly_owners$
    DECLARE made text;
    BEGIN
      IF ${mayBeAnybody} THEN ${made('everywhere')}
      ELSE ${made('recorded')}
      END IF;
      IF made IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = ${pg.escapeLiteral(`${refused}${owner}: `)} || made;
      END IF;
    END $helpdeskly_owners$`;
}

/** Whether an error is that statement's. */
export function isRefusal(error: Error): boolean {
  return error.message.startsWith(refused) && (error as { code?: string }).code === '42501';
}
