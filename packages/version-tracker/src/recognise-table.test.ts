import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { knownTables } from './known-tables.ts'
import { recogniseTable, type TableColumn } from './recognise-table.ts'
import { plainColumns, tableColumns } from './table-columns.ts'

const ours = tableColumns.records.map(({ name }) => name)

function columns(names: readonly string[], key = 'version', type = 'INTEGER'): readonly TableColumn[] {
  return names.map((name) => ({ name, type: name === key ? type : 'TEXT', key: name === key ? 1 : 0 }))
}

describe('recogniseTable', () => {
  it('knows its own table, in any order of columns and letter case', () => {
    expect(recogniseTable(columns(ours))).toEqual({ shape: 'current' })
    expect(recogniseTable(columns(ours).toReversed())).toEqual({ shape: 'current' })
    const shouted = columns(ours).map((column) => ({ ...column, name: column.name.toUpperCase() }))
    expect(recogniseTable(shouted)).toEqual({ shape: 'current' })
  })

  it('leaves columns alone that somebody added to its own table', () => {
    expect(recogniseTable(columns([...ours, 'ticket']))).toEqual({ shape: 'current' })
  })

  it('takes its first five columns with some of the others for an older table of its own', () => {
    const others = ours.slice(plainColumns.length)
    const some = fc.subarray(others, { minLength: 1, maxLength: others.length - 1 })
    fc.assert(
      fc.property(some, (present) => {
        const missing = others.filter((name) => !present.includes(name))
        expect(recogniseTable(columns([...plainColumns, ...present]))).toEqual({ shape: 'older', missing })
      }),
      { numRuns: 50 },
    )
  })

  it('does not take a table for its own that has a foreign column in place of one of its own', () => {
    expect(recogniseTable(columns([...ours.slice(0, -1), 'ticket']))).toEqual({ shape: 'unknown' })
  })

  it('knows the plain table of five columns', () => {
    expect(recogniseTable(columns(plainColumns))).toEqual({ shape: 'plain' })
  })

  it.each([
    ['TEXT', 'version'],
    ['VARCHAR(255)', 'version'],
    ['INTEGER', 'name'],
    ['INTEGER', 'none'],
  ])('does not take %s as the key of versions, nor a key that is %s', (type, key) => {
    const expected = type === 'INTEGER' && key === 'version' ? 'plain' : 'unknown'
    expect(recogniseTable(columns(plainColumns, key, type)).shape).toBe(expected)
  })

  it('does not take a table for its own whose key has two columns', () => {
    const twofold = columns(ours).map((column, at) => ({ ...column, key: at < 2 ? at + 1 : 0 }))
    expect(recogniseTable(twofold)).toEqual({ shape: 'unknown' })
  })

  it.each([
    ['golang-migrate', 'version dirty'],
    ['dbmate or Rails', 'version'],
    ['Knex', 'id name batch migration_time'],
    ['Umzug or Sequelize', 'name'],
    ['Kysely', 'name timestamp'],
    ['Postgrator', 'version name md5 run_at'],
    [
      'Flyway',
      'installed_rank version description type script checksum installed_by installed_on execution_time success',
    ],
    ['node-pg-migrate', 'id name run_on'],
    ['TypeORM', 'id timestamp name'],
    ['Drizzle', 'id hash created_at'],
    ['Prisma', 'id checksum finished_at migration_name logs rolled_back_at started_at applied_steps_count'],
    ['Diesel', 'version run_on'],
    ['SQLx', 'version description installed_on success checksum execution_time'],
    ['goose', 'id version_id is_applied tstamp'],
    ['Refinery', 'version name applied_on checksum'],
    ['MikroORM', 'id name executed_at'],
    [
      'Liquibase',
      'ID AUTHOR FILENAME DATEEXECUTED ORDEREXECUTED EXECTYPE MD5SUM DESCRIPTION COMMENTS TAG LIQUIBASE CONTEXTS LABELS DEPLOYMENT_ID',
    ],
    ['Django', 'id app name applied'],
    ['Laravel', 'id migration batch'],
    ['Alembic', 'version_num'],
    ['Ecto', 'version inserted_at'],
  ])('knows the table of %s', (tool, names) => {
    expect(recogniseTable(columns(names.split(' ')))).toEqual({ shape: 'foreign', tool })
    expect(recogniseTable(columns(names.split(' '), 'id'))).toEqual({ shape: 'foreign', tool })
  })

  it('tells every tool it knows from every other', () => {
    for (const { tool, columns: names } of knownTables) {
      expect(recogniseTable(columns(names))).toEqual({ shape: 'foreign', tool })
    }
  })

  it('takes nothing for a known table because of columns that could be anybody’s', () => {
    for (const names of [['id'], ['id', 'name'], ['version', 'name'], ['a', 'b'], []]) {
      expect(recogniseTable(columns(names))).toEqual({ shape: 'unknown' })
    }
  })

  it('never takes generated columns for its own', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), (names) => {
        expect(['unknown', 'foreign']).toContain(recogniseTable(columns(names)).shape)
      }),
      { numRuns: 50 },
    )
  })
})

describe('recogniseTable of a history', () => {
  const history = tableColumns.history.map(({ name }) => name)

  it('knows its own, and an older one', () => {
    expect(recogniseTable(columns(history, 'sequence'), 'history')).toEqual({ shape: 'current' })
    const older = history.filter((name) => name !== 'reason')
    const expected = { shape: 'older', missing: ['reason'] }
    expect(recogniseTable(columns(older, 'sequence'), 'history')).toEqual(expected)
  })

  it('does not take a table of records for a history, nor the other way round', () => {
    expect(recogniseTable(columns(ours), 'history')).toEqual({ shape: 'unknown' })
    expect(recogniseTable(columns(plainColumns), 'history')).toEqual({ shape: 'unknown' })
    expect(recogniseTable(columns(history, 'sequence'))).toEqual({ shape: 'unknown' })
  })
})
