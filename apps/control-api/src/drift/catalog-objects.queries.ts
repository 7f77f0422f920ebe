import type { ClientBase } from 'pg';

/** What a database has, as text that says all of it: `column public."Ticket"."title"`, `text NOT NULL`. */
export interface CatalogObject {
  readonly object: string;
  readonly definition: string;
}

/** Schemas whose objects are compared: not PostgreSQL's own. */
const isOurs = (namespace: string) => `(${namespace} !~ '^pg_' AND ${namespace} <> 'information_schema')`;
/** What an extension made follows from its version. */
const isOwn = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '${catalog}'::regclass AND x.objid = ${oid} AND x.deptype = 'e')`;

/** What the parts share: each catalog is read, and each name of a relation or function is written, once. */
const shared = `
  WITH space AS MATERIALIZED (SELECT n.* FROM pg_namespace n WHERE ${isOurs('n.nspname')}),
       rel AS MATERIALIZED (SELECT c.*, c.oid::regclass::text AS name, ${isOwn('pg_class', 'c.oid')} AS is_own
                              FROM pg_class c JOIN space n ON n.oid = c.relnamespace),
       fn AS MATERIALIZED (SELECT p.*, p.oid::regprocedure::text AS name, ${isOwn('pg_proc', 'p.oid')} AS is_own
                             FROM pg_proc p JOIN space n ON n.oid = p.pronamespace)`;

const relations = `
  SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN 'sequence '
                        WHEN 'f' THEN 'foreign table ' WHEN 'c' THEN 'composite type ' ELSE 'table ' END || c.name,
         concat_ws(', ', 'owner ' || c.relowner::regrole, CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' END,
                   array_to_string(c.reloptions, ' '), CASE WHEN c.relrowsecurity THEN 'ROW SECURITY' END,
                   CASE WHEN c.relforcerowsecurity THEN 'FORCE ROW SECURITY' END, nullif('replica identity ' || c.relreplident::text, 'replica identity d'),
                   CASE WHEN c.relkind IN ('r', 'p') THEN 'inherits ' || (SELECT string_agg(i.inhparent::regclass::text, ' ' ORDER BY i.inhseqno)
                                                                            FROM pg_inherits i WHERE i.inhrelid = c.oid) END,
                   CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
                   CASE WHEN c.relkind = 'S' THEN (SELECT concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
                                                     FROM pg_sequence s WHERE s.seqrelid = c.oid) END)
    FROM rel c
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND c.is_own`;

const columns = `
  SELECT format('column %s.%I', c.name, a.attname),
         concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END,
                   CASE WHEN a.attnotnull THEN 'NOT NULL' END, nullif('IDENTITY ' || a.attidentity::text, 'IDENTITY '),
                   CASE a.attgenerated WHEN '' THEN 'DEFAULT ' ELSE 'GENERATED ' || a.attgenerated::text || ' ' END || pg_get_expr(d.adbin, d.adrelid),
                   array_to_string(a.attoptions, ' '), CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || a.attstorage::text END)
    FROM pg_attribute a JOIN rel c ON c.oid = a.attrelid
    JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped
     AND c.is_own`;

/** PostgreSQL has one for each column that is NOT NULL; what writes definitions reads each of them anew. */
const constraints = `
  SELECT format('constraint %I on %s', k.conname, coalesce(c.name, k.contypid::regtype::text)),
         CASE WHEN k.contype = 'n' AND k.conrelid <> 0
              THEN concat_ws(' ', 'NOT NULL', (SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]),
                             CASE WHEN k.connoinherit THEN 'NO INHERIT' END, CASE WHEN NOT k.convalidated THEN 'NOT VALID' END)
              ELSE pg_get_constraintdef(k.oid) END
    FROM pg_constraint k JOIN space n ON n.oid = k.connamespace LEFT JOIN rel c ON c.oid = k.conrelid
   WHERE k.contype <> 't' AND c.is_own IS NOT FALSE`;

const indexes = `
  SELECT 'index ' || c.name,
         concat_ws(' ', pg_get_indexdef(i.indexrelid), CASE WHEN NOT i.indisvalid THEN 'INVALID' END, CASE WHEN NOT i.indisready THEN 'NOT READY' END,
                   CASE WHEN i.indisclustered THEN 'CLUSTERED' END, CASE WHEN i.indisreplident THEN 'REPLICA IDENTITY' END)
    FROM pg_index i JOIN rel c ON c.oid = i.indexrelid JOIN rel t ON t.oid = i.indrelid
   WHERE t.is_own`;

const functions = `
  SELECT CASE p.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END || p.name,
         concat_ws(', ', 'owner ' || p.proowner::regrole, CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE pg_get_function_result(p.oid) END)
    FROM fn p
   WHERE p.is_own`;

/** Also rules and policies, which act on the rows of a table too. */
const triggers = `
  SELECT format('trigger %I on %s', g.tgname, c.name), pg_get_triggerdef(g.oid) || CASE g.tgenabled WHEN 'O' THEN '' ELSE ' ENABLED ' || g.tgenabled::text END
    FROM pg_trigger g JOIN rel c ON c.oid = g.tgrelid
   WHERE NOT g.tgisinternal
   UNION ALL
  SELECT format('rule %I on %s', r.rulename, c.name), pg_get_ruledef(r.oid) || ' ' || r.ev_enabled::text
    FROM pg_rewrite r JOIN rel c ON c.oid = r.ev_class
   WHERE r.rulename <> '_RETURN'
   UNION ALL
  SELECT format('policy %I on %s', l.polname, l.polrelid::regclass),
         concat_ws(' ', l.polcmd, l.polpermissive, l.polroles::regrole[], pg_get_expr(l.polqual, l.polrelid), pg_get_expr(l.polwithcheck, l.polrelid))
    FROM pg_policy l
   UNION ALL
  SELECT 'event trigger ' || e.evtname, concat_ws(' ', e.evtevent, e.evtfoid::regproc, e.evtenabled, e.evttags) FROM pg_event_trigger e`;

const types = `
  SELECT CASE t.typtype WHEN 'e' THEN 'enum ' WHEN 'd' THEN 'domain ' ELSE 'range ' END || t.oid::regtype,
         concat_ws(', ', 'owner ' || t.typowner::regrole,
                   CASE t.typtype WHEN 'e' THEN (SELECT string_agg(quote_literal(l.enumlabel), ' ' ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = t.oid)
                                  WHEN 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod), CASE WHEN t.typnotnull THEN 'NOT NULL' END, t.typdefault)
                                  ELSE (SELECT r.rngsubtype::regtype::text FROM pg_range r WHERE r.rngtypid = t.oid) END)
    FROM pg_type t JOIN space n ON n.oid = t.typnamespace
   WHERE t.typtype IN ('e', 'd', 'r') AND ${isOwn('pg_type', 't.oid')}`;

const searching = `
  SELECT format('text search configuration %I.%I', n.nspname, f.cfgname),
         (SELECT string_agg(concat_ws(' ', m.maptokentype, m.mapseqno, m.mapdict::regdictionary), ', ' ORDER BY m.maptokentype, m.mapseqno)
            FROM pg_ts_config_map m WHERE m.mapcfg = f.oid)
    FROM pg_ts_config f JOIN space n ON n.oid = f.cfgnamespace WHERE ${isOwn('pg_ts_config', 'f.oid')}
   UNION ALL
  SELECT format('text search dictionary %I.%I', n.nspname, d.dictname), concat_ws(' ', d.dicttemplate, d.dictinitoption)
    FROM pg_ts_dict d JOIN space n ON n.oid = d.dictnamespace WHERE ${isOwn('pg_ts_dict', 'd.oid')}
   UNION ALL
  SELECT format('collation %I.%I', n.nspname, o.collname), concat_ws(' ', o.collprovider, o.collisdeterministic, o.collcollate, o.collctype, o.colllocale)
    FROM pg_collation o JOIN space n ON n.oid = o.collnamespace WHERE ${isOwn('pg_collation', 'o.oid')}
   UNION ALL
  SELECT 'statistics ' || s.oid::text, pg_get_statisticsobjdef(s.oid)
    FROM pg_statistic_ext s JOIN space n ON n.oid = s.stxnamespace WHERE ${isOurs('n.nspname')}`;

const whole = `
  SELECT 'extension ' || e.extname, e.extversion || ' in ' || e.extnamespace::regnamespace FROM pg_extension e
   UNION ALL
  SELECT format('schema %I', n.nspname), 'owner ' || n.nspowner::regrole FROM pg_namespace n WHERE ${isOurs('n.nspname')}
   UNION ALL
  SELECT format('publication %I', p.pubname), concat_ws(' ', p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate) FROM pg_publication p
   UNION ALL
  SELECT 'database', concat_ws(', ', 'owner ' || d.datdba::regrole, pg_encoding_to_char(d.encoding), d.datlocprovider, d.datcollate, d.datctype, d.datlocale)
    FROM pg_database d WHERE d.datname = current_database()
   UNION ALL
  SELECT format('setting %s%s', split_part(v, '=', 1), CASE WHEN s.setrole <> 0 THEN ' of the role ' || s.setrole::regrole ELSE '' END),
         substr(v, length(split_part(v, '=', 1)) + 2)
    FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase AND d.datname = current_database(), unnest(s.setconfig) v`;

/** The rights of an access list, grantee by grantee. The login roles of the database's own tenant may connect, as support staff may. */
const rights = `
  SELECT string_agg(g.whose || ': ' || g.what, '; ' ORDER BY g.whose)
     FROM (SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END AS whose,
                  string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', ' ORDER BY x.privilege_type) AS what
             FROM aclexplode(l.list) x
            WHERE x.privilege_type <> 'CONNECT' OR x.grantee = 0
               OR x.grantee::regrole::text !~ ('^(helpdeskly_readonly|' || current_database() || '_[ab])$')
            GROUP BY 1) g`;

const lists = `
  SELECT 'grants on ' || c.name, coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
    FROM rel c
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
   UNION ALL
  SELECT format('grants on column %s.%I', c.name, a.attname), a.attacl
    FROM pg_attribute a JOIN rel c ON c.oid = a.attrelid
   WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
   UNION ALL
  SELECT 'grants on ' || p.name, coalesce(p.proacl, acldefault('f', p.proowner))
    FROM fn p WHERE p.is_own
   UNION ALL
  SELECT 'grants on type ' || t.oid::regtype, t.typacl
    FROM pg_type t JOIN space n ON n.oid = t.typnamespace WHERE t.typacl IS NOT NULL
   UNION ALL
  SELECT format('grants on schema %I', n.nspname), coalesce(n.nspacl, acldefault('n', n.nspowner))
    FROM pg_namespace n WHERE ${isOurs('n.nspname')}
   UNION ALL
  SELECT 'grants on database', coalesce(d.datacl, acldefault('d', d.datdba)) FROM pg_database d WHERE d.datname = current_database()
   UNION ALL
  SELECT format('default grants of %s on %s%s', a.defaclrole::regrole, a.defaclobjtype, CASE WHEN a.defaclnamespace <> 0 THEN ' in ' || a.defaclnamespace::regnamespace ELSE '' END),
         a.defaclacl
    FROM pg_default_acl a`;

/** Most objects have the same list as many others, which is read once. */
const grants = `
  WITH listed AS MATERIALIZED (SELECT object, list, list::text AS written FROM (${lists}) AS l (object, list)),
       meant AS MATERIALIZED (SELECT l.written, (${rights}) AS rights FROM (SELECT DISTINCT ON (written) written, list FROM listed) l)
  SELECT o.object, m.rights FROM listed o JOIN meant m USING (written)`;

const all = [relations, columns, constraints, indexes, functions, triggers, types, searching, whole, grants]
  .map((part) => `SELECT * FROM (${part}) AS part (object, definition)`)
  .join('\nUNION ALL\n');
const objects = `${shared}
  SELECT object, coalesce(definition, '') AS definition FROM (${all}) every`;

/** Names are written with their schema, whatever the database's own search path is. */
const wholeNames = `SET search_path = pg_catalog`;

/** One value for everything that a database has: two of the same are equal. Of the server's version too, which words definitions. */
export async function catalogDigest(client: ClientBase): Promise<string> {
  const [row] = await ask<{ digest: string }>(
    client,
    `SELECT md5(string_agg(o.object || E'\\x01' || o.definition, E'\\x02' ORDER BY o.object COLLATE "C", o.definition COLLATE "C")) AS digest
       FROM (${objects}) o`,
  );
  return row?.digest ?? '';
}

/** Everything that a database has. */
export function catalogObjects(client: ClientBase): Promise<readonly CatalogObject[]> {
  return ask(client, `${objects} ORDER BY 1, 2`);
}

async function ask<Row>(client: ClientBase, sql: string): Promise<readonly Row[]> {
  const results = await client.query(`${wholeNames}; ${sql}`);
  return (results as unknown as readonly { readonly rows: Row[] }[]).at(-1)?.rows ?? [];
}
