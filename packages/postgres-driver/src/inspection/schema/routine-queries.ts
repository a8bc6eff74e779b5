import { isOfUsers, isOwn } from '../tables.ts'
import { comment, list, reference, shown, shownAs } from './query-parts.ts'

/** Columns: kind, name, table, reference, sql, options, additions, columns, foreign. */
const schemas = `SELECT 'schema' AS kind, n.nspname::text AS name, n.nspname::text AS "table",
    format('%I', n.nspname) AS reference, format('CREATE SCHEMA %I', n.nspname) AS sql, '[]' AS options,
    ${list(comment("'SCHEMA'", "format('%I', n.nspname)", { oid: 'n.oid', catalogue: 'pg_namespace' }))} AS additions,
    '[]' AS columns, false AS "foreign"
  FROM pg_namespace AS n WHERE n.nspname <> 'public' AND ${isOfUsers('n.oid', 'pg_namespace', 'n')}`

/** A schema that an extension makes by itself is not named. */
const extensions = `SELECT 'extension', x.extname::text, x.extname::text, format('%I', x.extname),
    format('CREATE EXTENSION IF NOT EXISTS %I', x.extname) ||
      CASE WHEN ${isOfUsers('n.oid', 'pg_namespace', 'n')} THEN format(' WITH SCHEMA %I', n.nspname) ELSE '' END,
    '[]', '[]', '[]', false
  FROM pg_extension AS x JOIN pg_namespace AS n ON n.oid = x.extnamespace WHERE x.extname <> 'plpgsql'`

const typeName = "format('%I.%I', n.nspname, t.typname)"

const labels = `(SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
  FROM pg_enum AS e WHERE e.enumtypid = t.oid)`

const domainRules = `(SELECT string_agg(format(' CONSTRAINT %I %s', o.conname, pg_get_constraintdef(o.oid)), '' ORDER BY o.conname)
  FROM pg_constraint AS o WHERE o.contypid = t.oid AND o.contype = 'c')`

const domain = `format('CREATE DOMAIN %s AS %s', ${typeName}, format_type(t.typbasetype, t.typtypmod)) ||
  coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END ||
  coalesce(${domainRules}, '')`

const attributes = `(SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
  FROM pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)`

const range = `(SELECT format_type(r.rngsubtype, NULL) FROM pg_range AS r WHERE r.rngtypid = t.oid)`

/** Every table has a type, too, which is none of its own. */
const types = `SELECT 'type', ${shownAs('t.typname', 'n')}, ${shownAs('t.typname', 'n')}, ${typeName},
    CASE t.typtype WHEN 'e' THEN format('CREATE TYPE %s AS ENUM (%s)', ${typeName}, ${labels})
      WHEN 'd' THEN ${domain} WHEN 'r' THEN format('CREATE TYPE %s AS RANGE (SUBTYPE = %s)', ${typeName}, ${range})
      ELSE format('CREATE TYPE %s AS (%s)', ${typeName}, ${attributes}) END, '[]',
    ${list(comment("CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END", typeName, { oid: 't.oid', catalogue: 'pg_type' }))},
    '[]', false
  FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace LEFT JOIN pg_class AS r ON r.oid = t.typrelid
  WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND r.relkind = 'c') AND ${isOfUsers('t.oid', 'pg_type', 'n')}`

const routineName = "format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))"
const routineShown = shownAs("p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'", 'n')

/** The server puts no statement together for an aggregate. */
const routines = `SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, ${routineShown}, ${routineShown},
    ${routineName}, rtrim(pg_get_functiondef(p.oid), E' \\n'), '[]',
    ${list(comment("CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END", routineName, { oid: 'p.oid', catalogue: 'pg_proc' }))},
    '[]', false
  FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'w', 'p') AND ${isOfUsers('p.oid', 'pg_proc', 'n')}`

/** One that belongs to a column goes with its table; those of identity columns are no objects of their own. */
const sequences = `SELECT 'sequence', ${shown('c', 'n')}, coalesce(${shown('t', 'tn')}, ${shown('c', 'n')}), ${reference('c', 'n')},
    format('CREATE SEQUENCE %s AS %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s', ${reference('c', 'n')},
      format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache) ||
      CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END, '[]',
    ${list(
      `CASE WHEN t.oid IS NOT NULL THEN format('ALTER SEQUENCE %s OWNED BY %s.%I', ${reference('c', 'n')},
        ${reference('t', 'tn')}, a.attname) END`,
      comment("'SEQUENCE'", reference('c', 'n'), { oid: 'c.oid', catalogue: 'pg_class' }),
    )}, '[]', false
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_sequence AS q ON q.seqrelid = c.oid
    LEFT JOIN pg_depend AS o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid
      AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0
    LEFT JOIN pg_class AS t ON t.oid = o.refobjid LEFT JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
    LEFT JOIN pg_attribute AS a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
  WHERE c.relkind = 'S' AND o.deptype IS DISTINCT FROM 'i' AND ${isOwn('c', 'n')}`

/** Objects that tables are made of or that use them. */
export const routineQueries = [schemas, extensions, types, routines, sequences]
