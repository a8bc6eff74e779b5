import { createHash } from 'node:crypto'
import type { Session } from '@whimbrel/core'
import type { ServerDatabase } from '../release/release-job.ts'

const ours = (column: string) =>
  `${column} NOT LIKE 'schema\\_migrations%' AND ${column} NOT LIKE 'whimbrel\\_%'`

/** One line for each thing of a schema. An index that is not valid is none: it is what an interrupted statement left. */
const schemas: Readonly<Record<ServerDatabase['engine'], string>> = {
  postgres: `
    SELECT concat_ws(' ', 'column', table_name, column_name, data_type, is_nullable, column_default) AS line
      FROM information_schema.columns WHERE table_schema = 'public' AND ${ours('table_name')}
    UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid)) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
      WHERE c.relnamespace = 'public'::regnamespace AND i.indisvalid AND ${ours('c.relname')}
    UNION ALL SELECT concat_ws(' ', 'constraint', conname, pg_get_constraintdef(o.oid)) FROM pg_constraint AS o JOIN pg_class AS c ON c.oid = o.conrelid
      WHERE o.connamespace = 'public'::regnamespace AND ${ours('c.relname')}
    UNION ALL SELECT concat_ws(' ', 'value', enumlabel) FROM pg_enum
    UNION ALL SELECT concat_ws(' ', 'view', viewname, definition) FROM pg_views WHERE schemaname = 'public'
    ORDER BY 1`,
  mysql: `
    SELECT concat_ws(' ', 'column', table_name, column_name, column_type, is_nullable, column_default) AS line
      FROM information_schema.columns WHERE table_schema = database() AND ${ours('table_name')}
    UNION ALL SELECT concat_ws(' ', 'index', table_name, index_name, seq_in_index, column_name, non_unique)
      FROM information_schema.statistics WHERE table_schema = database() AND ${ours('table_name')}
    UNION ALL SELECT concat_ws(' ', 'constraint', table_name, constraint_name) FROM information_schema.table_constraints
      WHERE table_schema = database() AND ${ours('table_name')}
    UNION ALL SELECT concat_ws(' ', 'trigger', trigger_name, action_statement) FROM information_schema.triggers WHERE trigger_schema = database()
    UNION ALL SELECT concat_ws(' ', 'view', table_name, view_definition) FROM information_schema.views WHERE table_schema = database()
    ORDER BY 1`,
}

/** A hash over schema and rows without the tables of whimbrel. */
export async function contentOf(session: Session, engine: ServerDatabase['engine']): Promise<string> {
  const lines = (await session.query<{ line: string }>(schemas[engine])).map(({ line }) => line)
  const tables = new Set(lines.filter((line) => line.startsWith('column ')).map((line) => line.split(' ')[1]))
  const hash = createHash('sha256').update(lines.join('\n'))
  for (const table of [...tables].sort())
    hash.update(JSON.stringify(await session.query(`SELECT * FROM ${table} ORDER BY 1`)))
  return hash.digest('hex').slice(0, 16)
}
