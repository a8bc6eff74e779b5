import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { knownTables } from '../src/known-tables.ts'
import { tableColumns } from '../src/table-columns.ts'
import { trackedDatabase } from './tracked-database.ts'

const page = await readFile(new URL('../../../docs/tracking-tables.md', import.meta.url), 'utf8')
const [, records = '', history = '', stamp = ''] = page.split(/^## `schema_migrations/m)

function documentedColumns(section: string): readonly (string | undefined)[] {
  const [table = ''] = section.split(/\n\n(?=[^|])/).filter((part) => part.includes('| column |'))
  return [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
}

describe('docs/tracking-tables.md', () => {
  it('describes every column of the tables, in order', () => {
    expect(documentedColumns(records)).toEqual(tableColumns.records.map(({ name }) => name))
    const [columns = ''] = history.split('| action and outcome |')
    expect(documentedColumns(columns)).toEqual(tableColumns.history.map(({ name }) => name))
    expect(documentedColumns(stamp)).toEqual(tableColumns.stamp.map(({ name }) => name))
  })

  it('names every tool whose table is known', () => {
    for (const tool of knownTables.flatMap((known) => known.tool.split(' or '))) expect(page).toContain(tool)
  })

  it('asks questions that the tables answer', async () => {
    await using database = await trackedDatabase()
    await database.tracker.prepare(database.session)
    const [, sql = ''] = /```sql\n([\s\S]*?)```/.exec(page) ?? []
    const questions = sql.split(';').filter((question) => question.trim() !== '')
    expect(questions).toHaveLength(2)
    for (const question of questions) expect(await database.session.query(question)).toEqual([])
  })
})
