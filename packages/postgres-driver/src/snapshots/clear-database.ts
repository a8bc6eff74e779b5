const notOfExtension = (catalogue: string, id: string) => `NOT EXISTS (SELECT FROM pg_depend AS e
      WHERE e.classid = '${catalogue}'::regclass AND e.objid = ${id} AND e.deptype = 'e')`

/** Each query gives statements that drop what is there; where one takes others with it, these say IF EXISTS. */
const drops = [
  `SELECT format('DROP PUBLICATION IF EXISTS %I', pubname) FROM pg_publication`,
  `SELECT format('DROP EVENT TRIGGER IF EXISTS %I', evtname) FROM pg_event_trigger AS o WHERE ${notOfExtension('pg_event_trigger', 'o.oid')}`,
  `SELECT format('DROP SERVER IF EXISTS %I CASCADE', srvname) FROM pg_foreign_server AS o WHERE ${notOfExtension('pg_foreign_server', 'o.oid')}`,
  `SELECT format('DROP FOREIGN DATA WRAPPER IF EXISTS %I CASCADE', fdwname) FROM pg_foreign_data_wrapper AS o
    WHERE ${notOfExtension('pg_foreign_data_wrapper', 'o.oid')}`,
  // Rows of an extension come with the archive.
  `SELECT format('DROP EXTENSION IF EXISTS %I CASCADE', extname) FROM pg_extension WHERE extconfig IS NOT NULL`,
  `SELECT format('DROP SCHEMA IF EXISTS %I CASCADE', nspname) FROM pg_namespace AS o
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public') AND ${notOfExtension('pg_namespace', 'o.oid')}`,
  `SELECT format('DROP %s IF EXISTS %s CASCADE', replace(i.type, 'statistics object', 'statistics'), i.identity)
    FROM pg_depend AS d CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) AS i
    WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = to_regnamespace('public') AND d.deptype = 'n' AND d.objsubid = 0
      AND NOT EXISTS (SELECT FROM pg_depend AS e
        WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype IN ('e', 'i'))
    ORDER BY i.type <> 'table', i.type`,
  "SELECT format('SELECT lo_unlink(%s)', oid) FROM pg_largeobject_metadata",
]

/**
 * One statement that drops everything that an archive holds. The schema public stays, with its owner and its rights, and so
 * do extensions without rows of their own: who restores may not be allowed to make them again.
 */
export const clearDatabaseSql = `DO $whimbrel$
DECLARE statements text[]; statement text;
BEGIN
${drops
  .map(
    (query) => `  SELECT array_agg(f.s) INTO statements FROM (${query}) AS f(s);
  FOREACH statement IN ARRAY coalesce(statements, '{}') LOOP EXECUTE statement; END LOOP;`,
  )
  .join('\n')}
END $whimbrel$`
