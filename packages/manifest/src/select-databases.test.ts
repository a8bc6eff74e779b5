import { describe, expect, it } from 'vitest'
import { refusal } from '../test/manifest-folder.ts'
import { databaseFromUrl } from './database-from-url.ts'
import { selectDatabases } from './select-databases.ts'

const manifest = {
  databases: ['settings', 'knowledge_graph', 'ontology'].map((name) =>
    databaseFromUrl({ cwd: '/app', url: `${name}.db`, migrations: name }),
  ),
}
const select = (...names: string[]) => selectDatabases(manifest, names).map(({ name }) => name)

describe('selectDatabases', () => {
  it('selects all of them when no name is given', () => {
    expect(select()).toEqual(['settings', 'knowledge_graph', 'ontology'])
  })

  it('keeps the order of the manifest, each database once', () => {
    expect(select('ontology', 'settings', 'ontology')).toEqual(['settings', 'ontology'])
  })

  it('lists the known names and suggests the nearest for an unknown one', async () => {
    const error = await refusal(() => select('settings', 'ontolgy'))
    expect(error).toMatchObject({
      code: 'DATABASE_UNKNOWN',
      message: 'There is no database "ontolgy" in the manifest',
    })
    expect(error.hint).toBe('Did you mean "ontology"? Known: settings, knowledge_graph, ontology')
  })

  it('only lists them when none is near', async () => {
    expect((await refusal(() => select('users'))).hint).toBe('Known: settings, knowledge_graph, ontology')
    expect((await refusal(() => select(''))).code).toBe('DATABASE_UNKNOWN')
    expect((await refusal(() => select('constructor'))).code).toBe('DATABASE_UNKNOWN')
  })
})
