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
/** PostgreSQL's own objects have lower OIDs. Source: FirstNormalObjectId in access/transam.h. */
const firstOfUsers = 16_384;

/** Everything in this database that another role than `owner` owns, except what belongs to an extension. */
function foreign(owner: string): string {
  const all = Object.entries(owned).map(([catalog, rest]) =>
    `SELECT 'pg_catalog.${catalog}'::regclass AS class, oid, ${rest} AND oid >= ${firstOfUsers}`.replace(
      ' FROM ',
      ' AS owner FROM ',
    ),
  );
  // A script may choose the OIDs of large objects.
  all.push(`SELECT 'pg_catalog.pg_largeobject'::regclass, oid, lomowner FROM pg_largeobject_metadata`);
  const role = `${pg.escapeLiteral(pg.escapeIdentifier(owner))}::regrole`;
  return `
    SELECT o.class::oid || ':' || o.oid AS key,
           pg_describe_object(o.class, o.oid, 0) || ' (' || pg_get_userbyid(o.owner) || ')' AS description
      FROM (${all.join(' UNION ALL ')}) AS o
     WHERE o.owner <> ${role}
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype IN ('e', 'i'))`;
}

/** What others own already: no script created it. */
export async function foreignObjects(client: pg.ClientBase, owner: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>(foreign(owner));
  return rows.map(({ key }) => key);
}

/** A statement that fails, with the objects' names, if others than `owner` own more than `before`. */
export function refuseForeignObjects(owner: string, before: readonly string[]): string {
  return `DO $helpdeskly_owners$
    DECLARE made text;
    BEGIN
      SELECT string_agg(description, ', ' ORDER BY description) INTO made
        FROM (${foreign(owner)}) AS found
       WHERE key <> ALL (${pg.escapeLiteral(`{${before.join(',')}}`)}::text[]);
      IF made IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
          MESSAGE = 'the script made objects as another owner than ' || ${pg.escapeLiteral(owner)} || ': ' || made;
      END IF;
    END $helpdeskly_owners$`;
}
