import { isOwn } from '../tables.ts'
import { comment, list, reference, shown } from './query-parts.ts'

const identityOptions = `(SELECT format(' (START WITH %s INCREMENT BY %s)', q.seqstart, q.seqincrement)
  FROM pg_depend AS o JOIN pg_sequence AS q ON q.seqrelid = o.objid
  WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid
    AND o.refobjsubid = a.attnum AND o.deptype = 'i' AND (q.seqstart, q.seqincrement) <> (1, 1))`

const collation = `(SELECT format(' COLLATE %I.%I', ln.nspname, l.collname)
  FROM pg_collation AS l JOIN pg_namespace AS ln ON ln.oid = l.collnamespace JOIN pg_type AS y ON y.oid = a.atttypid
  WHERE l.oid = a.attcollation AND a.attcollation <> y.typcollation)`

const columns = `coalesce((SELECT json_agg(json_build_object(
    'name', a.attname, 'quoted', quote_ident(a.attname), 'type', format_type(a.atttypid, a.atttypmod),
    'notNull', a.attnotnull, 'default', pg_get_expr(d.adbin, d.adrelid), 'generated', a.attgenerated,
    'identity', a.attidentity, 'identityOptions', coalesce(${identityOptions}, ''),
    'collation', coalesce(${collation}, ''), 'inherited', NOT a.attislocal,
    'keyPosition', coalesce(array_position(k.indkey::int2[], a.attnum) + 1, 0)) ORDER BY a.attnum)
  FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_index AS k ON k.indrelid = a.attrelid AND k.indisprimary
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text, '[]')`

/** Several statements in one: they only run together. */
const columnComments = `(SELECT string_agg(
    format('COMMENT ON COLUMN %I.%I.%I IS %L', n.nspname, c.relname, a.attname, d.description), E';\\n' ORDER BY a.attnum)
  FROM pg_description AS d JOIN pg_attribute AS a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
  WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid > 0)`

const parents = `(SELECT string_agg(format('%I.%I', pn.nspname, p.relname), ', ' ORDER BY h.inhseqno)
  FROM pg_inherits AS h JOIN pg_class AS p ON p.oid = h.inhparent JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
  WHERE h.inhrelid = c.oid)`

const settings = `CASE WHEN c.reloptions IS NOT NULL THEN 'WITH (' || array_to_string(c.reloptions, ', ') || ')' END`

/** What stands behind the columns of a table. */
const tableOptions = list(
  "CASE WHEN c.relpersistence = 'u' THEN 'UNLOGGED' END",
  `CASE WHEN c.relispartition THEN format('PARTITION OF %s %s', ${parents}, pg_get_expr(c.relpartbound, c.oid))
    WHEN ${parents} IS NOT NULL THEN format('INHERITS (%s)', ${parents}) END`,
  "'PARTITION BY ' || pg_get_partkeydef(c.oid)",
  settings,
  `(SELECT format('SERVER %I', s.srvname) FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver
    WHERE f.ftrelid = c.oid)`,
)

const tables = `SELECT 'table', ${shown('c', 'n')}, ${shown('c', 'n')}, ${reference('c', 'n')}, '', ${tableOptions},
    ${list(
      `CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', ${reference('c', 'n')}) END`,
      `CASE WHEN c.relforcerowsecurity THEN format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', ${reference('c', 'n')}) END`,
      comment("'TABLE'", reference('c', 'n'), { oid: 'c.oid', catalogue: 'pg_class' }),
      columnComments,
    )}, ${columns}, (c.relkind = 'f')
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND ${isOwn('c', 'n')}`

/** Those of a partition come with its table. NOT NULL is said of the column. */
const constraints = `SELECT 'constraint', o.conname::text, ${shown('c', 'n')}, format('%I', o.conname),
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', ${reference('c', 'n')}, o.conname, pg_get_constraintdef(o.oid)), '[]',
    ${list(comment("'CONSTRAINT'", `format('%I ON %s', o.conname, ${reference('c', 'n')})`, { oid: 'o.oid', catalogue: 'pg_constraint' }))},
    '[]', false
  FROM pg_constraint AS o JOIN pg_class AS c ON c.oid = o.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE o.contype IN ('p', 'u', 'f', 'c', 'x') AND o.conparentid = 0 AND o.conislocal AND ${isOwn('c', 'n')}`

/** Those of constraints belong to them, and those of partitions to the index of the whole. */
const indexes = `SELECT 'index', ${shown('c', 'n')}, ${shown('t', 'tn')}, ${reference('c', 'n')},
    CASE c.relkind WHEN 'I' THEN replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ') ELSE pg_get_indexdef(c.oid) END, '[]',
    ${list(comment("'INDEX'", reference('c', 'n'), { oid: 'c.oid', catalogue: 'pg_class' }))}, '[]', false
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_class AS t ON t.oid = i.indrelid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
  WHERE ${isOwn('t', 'tn')} AND t.relkind <> 't' AND NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_constraint AS o
    WHERE o.conindid = c.oid AND o.conrelid = t.oid AND o.contype IN ('p', 'u', 'x'))`

const views = `SELECT 'view', ${shown('c', 'n')}, ${shown('c', 'n')}, ${reference('c', 'n')},
    format('CREATE %s %s %s AS %s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, ${reference('c', 'n')},
      ${settings}, rtrim(pg_get_viewdef(c.oid), ';')), '[]',
    ${list(
      comment("CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END", reference('c', 'n'), {
        oid: 'c.oid',
        catalogue: 'pg_class',
      }),
    )}, ${columns}, false
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('v', 'm') AND ${isOwn('c', 'n')}`

const rules = `SELECT 'rule', r.rulename::text, ${shown('c', 'n')}, format('%I', r.rulename), rtrim(pg_get_ruledef(r.oid), ';'),
    '[]', '[]', '[]', false
  FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE r.rulename <> '_RETURN' AND ${isOwn('c', 'n')}`

/** A trigger of a partitioned table is there once for each part; PostgreSQL 12 does not say so. */
const triggers = `SELECT 'trigger', g.tgname::text, ${shown('c', 'n')}, format('%I', g.tgname), pg_get_triggerdef(g.oid), '[]',
    ${list(
      `CASE WHEN g.tgenabled <> 'O' THEN format('ALTER TABLE %s %s TRIGGER %I', ${reference('c', 'n')},
        CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname) END`,
    )}, '[]', false
  FROM pg_trigger AS g JOIN pg_class AS c ON c.oid = g.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE NOT g.tgisinternal AND coalesce(to_jsonb(g) ->> 'tgparentid', '0') = '0' AND ${isOwn('c', 'n')}`

const roles = `(SELECT string_agg(CASE m.role WHEN 0 THEN 'PUBLIC' ELSE m.role::regrole::text END, ', ' ORDER BY m.role)
  FROM unnest(p.polroles) AS m (role))`

const policies = `SELECT 'policy', p.polname::text, ${shown('c', 'n')}, format('%I', p.polname),
    format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', p.polname, ${reference('c', 'n')},
      CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
      CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
      ${roles}) || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '') ||
      coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''),
    '[]', '[]', '[]', false
  FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE ${isOwn('c', 'n')}`

/** Tables and what belongs to them. */
export const tableQueries = [tables, constraints, indexes, views, rules, triggers, policies]
